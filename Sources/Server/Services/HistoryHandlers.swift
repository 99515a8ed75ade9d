import Engine
import Foundation
import NIOCore
import SwiftProtobuf
import WireAPI
import WireRPC

/// Histories: the engine decides what a page holds, the store has it, and it is sent as it was stored.
struct HistoryHandlers: Sendable {
    let engine: EngineCaller

    func register(in table: inout ServiceTable) {
        table.registerRaw(WorkflowService.getWorkflowExecutionHistory) { request, context in
            try await answer(.getHistory(request), workflowID: request.execution.workflowID, context)
        }
        table.registerRaw(WorkflowService.getWorkflowExecutionHistoryReverse) { request, context in
            try await answer(.getHistoryReverse(request), workflowID: request.execution.workflowID, context)
        }
    }

    private func answer(
        _ request: EngineRequest, workflowID: String, _ context: RPCContext
    ) async throws -> ByteBuffer {
        switch try await engine.outcome(request, context) {
        case .message(let message): return ByteBuffer(bytes: try message.serializedBytes() as [UInt8])
        case .failure(let error): throw RPCError(error)
        case .history(let read):
            // A change of thread only for what is read.
            let page: HistoryPage? =
                if read.eventIDs.isEmpty {
                    try HistoryPage(of: read, batches: [])
                } else {
                    try await engine.read { store in try HistoryPage.read(read, from: store.reader) }
                }
            guard let page else {
                throw RPCError(.notFound, "workflow not found for ID: \(workflowID)", detail: APINotFoundFailure())
            }
            return page.encodedResponse(nextPageToken: read.nextPageToken)
        }
    }
}

/// A page of history: pieces of an encoded `temporal.api.history.v1.History`.
struct HistoryPage: Sendable, Equatable {
    /// Field 1, length-delimited: `history` in both responses.
    private static let historyTag: UInt8 = 0x0A
    /// Field 3, length-delimited: `next_page_token` in both responses.
    private static let tokenTag: UInt8 = 0x1A
    /// Free bytes in front of an answer, for the prefix the RPC layer writes.
    private static let headroom = 5

    var pieces: [Data] = []

    /// Reads what the engine asked for; `nil` if it is no longer there, because the run was deleted meanwhile.
    ///
    /// A stored batch that lies wholly in the page is passed on as it is; only what is cut is decoded.
    static func read(_ read: HistoryRead, from reader: any StoreReader) throws -> HistoryPage? {
        let batches = read.eventIDs.isEmpty ? [] : try reader.history(run: read.run, eventIDs: read.eventIDs)
        return covers(batches, read.eventIDs) ? try HistoryPage(of: read, batches: batches) : nil
    }

    init(of read: HistoryRead, batches: [StoredHistoryBatch]) throws {
        if read.reversed || read.lastEventOnly {
            var events = try batches.flatMap { try $0.decoded(read.eventIDs) } + read.unstored
            if read.lastEventOnly { events = events.suffix(1) }
            if read.reversed { events.reverse() }
            try append(events)
            return
        }
        for batch in batches {
            if batch.eventIDs.clamped(to: read.eventIDs) == batch.eventIDs {
                pieces.append(batch.events)
            } else {
                try append(batch.decoded(read.eventIDs))
            }
        }
        try append(read.unstored)
    }

    private static func covers(_ batches: [StoredHistoryBatch], _ wanted: Range<Int64>) -> Bool {
        var next = wanted.lowerBound
        for batch in batches where batch.eventIDs.contains(next) { next = batch.eventIDs.upperBound }
        return next >= wanted.upperBound
    }

    private mutating func append(_ events: [APIHistoryEvent]) throws {
        guard !events.isEmpty else { return }
        var history = APIHistory()
        history.events = events
        pieces.append(try history.serializedData())
    }

    /// The response message that carries the page.
    func encodedResponse(nextPageToken: [UInt8]) -> ByteBuffer {
        let count = pieces.reduce(0) { $0 + $1.count }
        var buffer = ByteBufferAllocator().buffer(capacity: Self.headroom + count + nextPageToken.count + 22)
        buffer.writeRepeatingByte(0, count: Self.headroom)
        buffer.moveReaderIndex(forwardBy: Self.headroom)
        buffer.writeInteger(Self.historyTag)
        Self.writeLength(count, to: &buffer)
        for piece in pieces { buffer.writeBytes(piece) }
        if !nextPageToken.isEmpty {
            buffer.writeInteger(Self.tokenTag)
            Self.writeLength(nextPageToken.count, to: &buffer)
            buffer.writeBytes(nextPageToken)
        }
        return buffer
    }

    private static func writeLength(_ length: Int, to buffer: inout ByteBuffer) {
        var rest = length
        while rest >= 0x80 {
            buffer.writeInteger(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        buffer.writeInteger(UInt8(rest))
    }
}
