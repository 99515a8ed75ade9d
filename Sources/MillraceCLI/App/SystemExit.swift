#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

enum SystemExit {
    /// Ends the process at once; what was written has already left it.
    static func exit(_ code: Int32) -> Never {
        _exit(code)
    }
}
