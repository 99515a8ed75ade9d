import Foundation
import SwiftProtobuf
import WireAPI

/// The build of a worker as it was noted in a run last.
struct NotedBuild: Equatable {
    var stamp: APIWorkerVersionStamp?
    var checksum: String
}

/// Which build of a worker first worked on a run: automatic reset points and the `BuildIds` search attribute.
extension Engine {
    private static var maximumResetPoints: Int { 20 }

    func noteBuild(_ run: Run, _ request: APIRespondWorkflowTaskCompletedRequest, completedEventID: Int64) {
        let stamp = Self.stamp(of: request)
        let build = NotedBuild(stamp: stamp, checksum: request.binaryChecksum)
        // Nearly always the build that completed the task before: then all of it is there already.
        guard build != run.notedBuild else { return }
        defer { run.notedBuild = build }
        if let stamp { run.update { $0.workerVersion = (try? stamp.serializedData()) ?? Data() } }
        let buildID = stamp?.buildID ?? ""
        addResetPoint(run, buildID: buildID, checksum: request.binaryChecksum, completedEventID: completedEventID)
        addBuildID(run, buildID)
    }

    private func addResetPoint(_ run: Run, buildID: String, checksum: String, completedEventID: Int64) {
        var points = resetPoints(of: run)
        let isKnown = points.points.contains { $0.buildID == buildID && $0.binaryChecksum == checksum }
        guard !isKnown else { return }
        var point = APIResetPointInfo()
        point.buildID = buildID
        point.binaryChecksum = checksum
        point.runID = run.fixed.runID
        point.firstWorkflowTaskCompletedID = completedEventID
        point.createTime = Google_Protobuf_Timestamp(now)
        point.resettable = true
        points.points.append(point)
        if points.points.count > Self.maximumResetPoints {
            points.points.removeFirst(points.points.count - Self.maximumResetPoints)
        }
        run.update { $0.resetPoints = (try? points.serializedData()) ?? Data() }
    }

    func resetPoints(of run: Run) -> APIResetPoints {
        let bytes = run.header.resetPoints.isEmpty ? run.fixed.previousResetPoints : run.header.resetPoints
        return (try? APIResetPoints(serializedBytes: bytes)) ?? APIResetPoints()
    }

    /// The points that a next run of the chain inherits: they can be used until this run is deleted.
    func chainResetPoints(of run: Run) -> APIResetPoints? {
        var points = resetPoints(of: run)
        guard !points.points.isEmpty else { return nil }
        let expiry = ProtoTime.after(now, namespaces[run.namespace]?.retention ?? limits.defaultRetention)
        for index in points.points.indices where points.points[index].runID == run.fixed.runID {
            points.points[index].expireTime = Google_Protobuf_Timestamp(expiry)
        }
        let bytes = (try? points.serializedData()) ?? Data()
        run.update { $0.resetPoints = bytes }
        return points
    }

    private func addBuildID(_ run: Run, _ buildID: String) {
        var names = Self.buildIDs(of: run)
        let known = names
        if !names.contains("unversioned") { names.insert("unversioned", at: 0) }
        let own = "unversioned:\(buildID)"
        if !buildID.isEmpty && !names.contains(own) { names.append(own) }
        guard names != known else { return }
        var changed = APISearchAttributes()
        changed.indexedFields["BuildIds"] = Self.keywordList(names)
        mergeSearchAttributes(changed, into: run)
    }

    private static func buildIDs(of run: Run) -> [String] {
        guard let bytes = run.visibility.searchAttributes,
            let all = try? APISearchAttributes(serializedBytes: bytes), let payload = all.indexedFields["BuildIds"]
        else { return [] }
        return (try? JSONDecoder().decode([String].self, from: payload.data)) ?? []
    }
}
