import Hummingbird

typealias HTTPField = HTTPFields.Element

extension HTTPField.Name {
    static let grpcTimeout = known("grpc-timeout")
    static let secFetchSite = known("sec-fetch-site")
    static let requestedWith = known("x-requested-with")

    private static func known(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("\(name) is no name of a header") }
        return name
    }
}
