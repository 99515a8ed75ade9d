import NIOSSL

/// Where a certificate or key comes from.
public enum PEMSource: Sendable {
    /// A PEM file.
    case file(String)
    /// PEM text.
    case text(String)
}

/// Why certificates or keys cannot be used.
public struct RPCTLSError: Error, Sendable, CustomStringConvertible {
    public var description: String

    init(_ what: String, _ source: PEMSource, _ error: any Error) {
        let place =
            switch source {
            case .file(let path): "file \(path)"
            case .text: "the given text"
            }
        description = "cannot use the \(what) in \(place): \(error)"
    }

    init(_ description: String) {
        self.description = description
    }
}

extension PEMSource {
    func certificates(_ what: String) throws -> [NIOSSLCertificate] {
        do {
            switch self {
            case .file(let path): return try NIOSSLCertificate.fromPEMFile(path)
            case .text(let text): return try NIOSSLCertificate.fromPEMBytes(Array(text.utf8))
            }
        } catch {
            throw RPCTLSError(what, self, error)
        }
    }

    func privateKey() throws -> NIOSSLPrivateKey {
        do {
            switch self {
            case .file(let path): return try NIOSSLPrivateKey(file: path, format: .pem)
            case .text(let text): return try NIOSSLPrivateKey(bytes: Array(text.utf8), format: .pem)
            }
        } catch {
            throw RPCTLSError("private key", self, error)
        }
    }
}

func makeSSLContext(_ configuration: TLSConfiguration) throws -> NIOSSLContext {
    do {
        return try NIOSSLContext(configuration: configuration)
    } catch {
        throw RPCTLSError("the TLS settings are not usable: \(error)")
    }
}
