import Foundation
import WireAPI

/// The marker that a patch leaves in history.
struct PatchMarker: Equatable {
    static let markerName = "core_patch"
    /// The search attribute that lists a run's patches.
    static let versionAttribute = "TemporalChangeVersion"
    private static let detailsKey = "patch-data"

    var id: String
    var isDeprecated: Bool

    init(id: String, isDeprecated: Bool) {
        self.id = id
        self.isDeprecated = isDeprecated
    }

    /// Nil if the marker is not a patch's, or cannot be read.
    init?(_ event: APIMarkerRecordedEventAttributes) {
        guard event.markerName == Self.markerName, let payload = event.details[Self.detailsKey]?.payloads.first,
            let content = try? JSONDecoder().decode(Content.self, from: payload.data)
        else { return nil }
        id = content.id
        isDeprecated = content.deprecated ?? false
    }

    var command: APIRecordMarkerCommandAttributes {
        var payloads = APIPayloads()
        payloads.payloads = [.json(Self.encode(Content(id: id, deprecated: isDeprecated)))]
        var attributes = APIRecordMarkerCommandAttributes()
        attributes.markerName = Self.markerName
        attributes.details = [Self.detailsKey: payloads]
        return attributes
    }

    /// The upsert that makes a run's patches searchable; nil if there are too many for the server to take.
    static func versionUpsert(of patches: Set<String>) -> APIUpsertWorkflowSearchAttributesCommandAttributes? {
        let data = encode(patches.sorted())
        // The server refuses search attributes of 2 KiB and more.
        guard data.count < 2048 else { return nil }
        var payload = APIPayload.json(data)
        payload.metadata["type"] = Data("KeywordList".utf8)
        var attributes = APIUpsertWorkflowSearchAttributesCommandAttributes()
        attributes.searchAttributes.indexedFields = [versionAttribute: payload]
        return attributes
    }

    private struct Content: Codable {
        var id: String
        var deprecated: Bool?
    }

    private static func encode(_ value: some Encodable) -> Data {
        let encoder = JSONEncoder()
        // Stable bytes: what is sent for one and the same patch never varies.
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(value)) ?? Data()
    }
}

extension APIPayload {
    static func json(_ data: Data) -> APIPayload {
        var payload = APIPayload()
        payload.metadata = ["encoding": Data("json/plain".utf8)]
        payload.data = data
        return payload
    }
}
