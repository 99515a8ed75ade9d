import Testing

@testable import MillraceCLI

@Suite struct TOMLTests {
    @Test func readsWhatConfigFilesUse() throws {
        let text = #"""
            # settings
            top = 1_000 # number
            [profile.default]
            address = "localhost:7233"  # where
            "odd key" = 'C:\path'
            grpc_meta = { foo = "x", "b-r" = 'y' }
            tls.server_name = "a\"b\u00e9"

            [profile.default.codec]
            on = true
            pem = """
            line 1
            line 2\
                 joined
            """
            """#
        let table = try TOMLParser.parse(text)
        #expect(table.value(at: ["top"]) == .number("1000"))
        #expect(table.value(at: ["profile", "default", "address"]) == .string("localhost:7233"))
        #expect(table.value(at: ["profile", "default", "odd key"]) == .string("C:\\path"))
        #expect(table.value(at: ["profile", "default", "grpc_meta", "b-r"]) == .string("y"))
        #expect(table.value(at: ["profile", "default", "tls", "server_name"]) == .string("a\"bé"))
        #expect(table.value(at: ["profile", "default", "codec", "on"]) == .bool(true))
        #expect(table.value(at: ["profile", "default", "codec", "pem"]) == .string("line 1\nline 2joined\n"))
    }

    @Test(
        arguments: [
            ("a", 1), ("a = ", 1), ("\na = \"x", 2), ("a = [1]", 1), ("[[a]]", 1), ("a = 1\na = 2", 2), ("a = 1 b", 1),
            ("a = 1\n\n[a.b]", 3), ("a = \"\\q\"", 1), ("= 1", 1), ("a = {b = 1", 1), ("[a", 1),
        ] as [(String, Int)])
    func namesTheLine(_ text: String, _ line: Int) {
        #expect {
            try TOMLParser.parse(text)
        } throws: {
            ($0 as? TOMLError)?.line == line
        }
    }

    @Test func writesWhatItReads() throws {
        var table = TOMLTable()
        table.set(.string("a\"b\\\n\u{01}"), at: ["profile", "a b", "address"])
        table.set(.bool(true), at: ["profile", "a b", "tls", "disabled"])
        table.set(.table(TOMLTable()), at: ["profile", "z", "tls"])
        table.set(.number("7"), at: ["n"])
        #expect(try TOMLParser.parse(TOMLWriter.write(table)) == table)
    }

    @Test func writesTablesIndented() {
        var table = TOMLTable()
        table.set(.string("x"), at: ["profile", "default", "address"])
        table.set(.string("y"), at: ["profile", "default", "codec", "endpoint"])
        #expect(
            TOMLWriter.write(table) == """
                [profile]
                  [profile.default]
                    address = "x"
                    [profile.default.codec]
                      endpoint = "y"

                """)
    }
}
