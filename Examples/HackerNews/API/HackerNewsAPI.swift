import AsyncHTTPClient
import Foundation
import Millrace
import NIOCore

/// The public Hacker News API, or anything that answers like it.
struct HackerNewsAPI: StorySource {
    static let publicAddress = "https://hacker-news.firebaseio.com"

    /// Scheme, host and port, without a slash at the end.
    let address: String
    private let client = HTTPClient.shared

    init(address: String = publicAddress) { self.address = address }

    func topStoryIDs() async throws -> [Int] {
        try await get("/v0/topstories.json", as: [Int].self, timeout: .seconds(10)) ?? []
    }

    func item(_ id: Int) async throws -> Item? {
        try await get("/v0/item/\(id).json", as: Item.self, timeout: .seconds(10))
    }

    /// Whether anybody answers within the time.
    func answers(within timeout: TimeAmount) async -> Bool {
        (try? await get("/v0/topstories.json", as: [Int].self, timeout: timeout)) != nil
    }

    /// Fetches and decodes; `nil` where the API answers `null`.
    ///
    /// Whatever goes wrong is thrown, and left to the activity's retry policy.
    private func get<Value: Decodable>(_ path: String, as type: Value.Type, timeout: TimeAmount) async throws -> Value?
    {
        let request = HTTPClientRequest(url: address + path)
        let response: HTTPClientResponse
        do {
            response = try await client.execute(request, timeout: timeout)
        } catch {
            throw ApplicationFailure("\(address) cannot be reached: \(error)", type: "Unreachable")
        }
        guard response.status == .ok else {
            throw ApplicationFailure("\(address)\(path) answered \(response.status.code)", type: "BadStatus")
        }
        let body = try await response.body.collect(upTo: 4 << 20)
        return try JSONDecoder().decode(Value?.self, from: Data(body.readableBytesView))
    }
}
