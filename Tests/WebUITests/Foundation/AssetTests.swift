import Foundation
import Hummingbird
import HummingbirdTesting
import Testing

@testable import WebUI

@Suite struct AssetTests {
    private static let sources = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Sources/WebUI")

    private static func files(_ type: String) throws -> [(name: String, text: String)] {
        let all = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)
        return try (all?.allObjects ?? []).compactMap { $0 as? URL }.filter { $0.pathExtension == type }.map {
            ($0.lastPathComponent, try String(contentsOf: $0, encoding: .utf8))
        }
    }

    @Test func areServedWithTypeAndForEver() async throws {
        try await TestPages.run(RouteTable()) { pages in
            for (name, type) in [("app.css", "text/css"), ("app.js", "text/javascript"), ("icon.svg", "image/svg+xml")]
            {
                let answer = try await pages.get("/assets/\(Assets.version)/\(name)")
                #expect(answer.status == .ok)
                #expect(answer.headers[.contentType]?.hasPrefix(type) == true)
                #expect(answer.headers[.cacheControl]?.contains("immutable") == true)
                let tag = try #require(answer.headers[.eTag])
                let again = try await pages.get("/assets/\(Assets.version)/\(name)", headers: [.ifNoneMatch: tag])
                #expect(again.status == .notModified)
                #expect(again.body.readableBytes == 0)
                // Of an older page: answered, but not to be kept.
                let old = try await pages.get("/assets/old/\(name)")
                #expect(old.headers[.cacheControl] == "no-cache")
            }
            #expect(try await pages.get("/assets/\(Assets.version)/nothing.js").status == .notFound)
            #expect(try await pages.get("/assets/\(Assets.version)/..%2FAssets.swift").status == .notFound)
        }
    }

    @Test func everyScriptAndStyleIsServed() async throws {
        try await TestPages.run(RouteTable()) { pages in
            let style = try await pages.get("/assets/\(Assets.version)/app.css").text
            for (name, text) in try Self.files("css") { #expect(style.contains(text), "\(name)") }
            for (name, text) in try Self.files("js") {
                #expect(try await pages.get("/assets/\(Assets.version)/\(name)").text == text, "\(name)")
            }
        }
    }

    @Test func nothingComesFromElsewhere() throws {
        for (name, text) in try Self.files("css") + Self.files("js") {
            #expect(!text.contains("http://") && !text.contains("https://") && !text.contains("url("), "\(name)")
            #expect(!text.contains("eval(") && !text.contains("new Function"), "\(name)")
        }
        let size = try (Self.files("css") + Self.files("js")).reduce(0) { $0 + $1.text.utf8.count }
        #expect(size < 200_000)
    }

    /// The content policy forbids inline styles and scripts: the browser would leave them out.
    @Test func pagesHaveNoInlineStylesOrScripts() throws {
        for (name, text) in try Self.files("swift") {
            #expect(!text.contains(" style=\"") && !text.contains(" style=\\\""), "\(name)")
            #expect(
                !text.contains("onclick=") && !text.contains("<script>") && !text.contains("javascript:"), "\(name)")
        }
    }

    /// Both themes set the same colours.
    @Test func themesAreComplete() throws {
        let style = try #require(try Self.files("css").first { $0.name == "app.css" }?.text)
        let blocks = style.split(separator: "{").map(String.init)
        let themes = blocks.compactMap { block -> Set<String>? in
            guard block.contains("--ground:") else { return nil }
            let lines = block.prefix { $0 != "}" }.split(separator: "\n")
            return Set(
                lines.compactMap { line in
                    let name = line.drop { $0 == " " }.prefix { $0 != ":" }
                    return name.hasPrefix("--") ? String(name) : nil
                })
        }
        #expect(themes.count == 3)
        let same: Set = ["--sans", "--mono", "--radius"]
        #expect(themes.dropFirst().allSatisfy { $0 == themes[0].subtracting(same) })
    }

    /// Text is readable on every ground it stands on: a ratio of at least 4.5, as WCAG AA asks.
    @Test func coloursHaveContrast() throws {
        let style = try #require(try Self.files("css").first { $0.name == "app.css" }?.text)
        for block in style.split(separator: "{").map(String.init).filter({ $0.contains("--ground:") }) {
            let colours = Self.colours(block)
            for text in ["--text", "--text-soft", "--text-faint", "--accent", "--accent-strong"] {
                for ground in ["--ground", "--surface", "--raised", "--sunken"] {
                    let ratio = Self.contrast(colours[text], colours[ground])
                    #expect(ratio >= 4.5, "\(text) on \(ground): \(ratio)")
                }
            }
            for tone in [
                "running", "completed", "failed", "timed-out", "canceled", "terminated", "continued", "paused",
            ] {
                for ground in ["--surface", "--\(tone)-soft"] {
                    let ratio = Self.contrast(colours["--\(tone)"], colours[ground])
                    #expect(ratio >= 4.5, "\(tone) on \(ground): \(ratio)")
                }
            }
            for token in ["--key", "--string", "--number", "--word"] {
                #expect(Self.contrast(colours[token], colours["--sunken"]) >= 4.5, "\(token)")
            }
            #expect(Self.contrast(colours["--on-accent"], colours["--accent"]) >= 4.5)
        }
    }

    private static func colours(_ block: String) -> [String: UInt32] {
        var colours: [String: UInt32] = [:]
        for line in block.split(separator: "\n") {
            let parts = line.split(separator: ":")
            guard parts.count == 2, let value = parts[1].split(separator: "#").last?.prefix(6) else { continue }
            colours[String(parts[0].drop { $0 == " " })] = UInt32(value, radix: 16)
        }
        return colours
    }

    private static func contrast(_ left: UInt32?, _ right: UInt32?) -> Double {
        guard let left, let right else { return 0 }
        let (one, other) = (luminance(left), luminance(right))
        return (max(one, other) + 0.05) / (min(one, other) + 0.05)
    }

    private static func luminance(_ colour: UInt32) -> Double {
        func part(_ shift: UInt32) -> Double {
            let value = Double(colour >> shift & 0xFF) / 255
            return value <= 0.03928 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * part(16) + 0.7152 * part(8) + 0.0722 * part(0)
    }
}
