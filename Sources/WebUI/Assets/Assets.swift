import HTTPTypes
import Hummingbird

/// Style sheet and scripts: files of this folder, inside the binary.
enum Assets {
    private struct Asset: Sendable {
        var type: String
        var bytes: ByteBuffer
    }

    private static let script = "text/javascript; charset=utf-8"

    /// One file for the browser: what all pages share, then what each group of pages adds.
    private static let style =
        PackageResources.app_css + PackageResources.run_css + PackageResources.workflows_css
        + PackageResources.schedules_css + PackageResources.admin_css

    private static let files: [String: Asset] = [
        "app.css": Asset(type: "text/css; charset=utf-8", bytes: ByteBuffer(bytes: style)),
        "icon.svg": Asset(type: "image/svg+xml", bytes: ByteBuffer(bytes: PackageResources.icon_svg)),
        "app.js": Asset(type: script, bytes: ByteBuffer(bytes: PackageResources.app_js)),
        "live.js": Asset(type: script, bytes: ByteBuffer(bytes: PackageResources.live_js)),
        "morph.js": Asset(type: script, bytes: ByteBuffer(bytes: PackageResources.morph_js)),
        "times.js": Asset(type: script, bytes: ByteBuffer(bytes: PackageResources.times_js)),
        "tables.js": Asset(type: script, bytes: ByteBuffer(bytes: PackageResources.tables_js)),
        "run.js": Asset(type: script, bytes: ByteBuffer(bytes: PackageResources.run_js)),
        "workflows.js": Asset(type: script, bytes: ByteBuffer(bytes: PackageResources.workflows_js)),
        "schedules.js": Asset(type: script, bytes: ByteBuffer(bytes: PackageResources.schedules_js)),
        "admin.js": Asset(type: script, bytes: ByteBuffer(bytes: PackageResources.admin_js)),
    ]

    /// Changes with the content of any of them, so that browsers may keep them for ever.
    static let version: String = {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for (_, asset) in files.sorted(by: { $0.key < $1.key }) {
            for byte in asset.bytes.readableBytesView { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        }
        return String(hash, radix: 36)
    }()

    /// The answer for a path below `/assets/`; `nil` if it is none.
    static func response(_ path: String, _ headers: HTTPFields) -> Response? {
        let components = path.split(separator: "/")
        guard components.count == 3, components[0] == "assets", let asset = files[String(components[2])] else {
            return nil
        }
        let tag = "\"\(version)\""
        let isCurrent = components[1] == version
        let fields: HTTPFields = [
            .contentType: asset.type, .eTag: tag,
            .cacheControl: isCurrent ? "public, max-age=31536000, immutable" : "no-cache",
        ]
        if headers[.ifNoneMatch] == tag { return Response(status: .notModified, headers: fields) }
        return Response(status: .ok, headers: fields, body: .init(byteBuffer: asset.bytes))
    }
}
