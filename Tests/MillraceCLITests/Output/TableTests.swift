import Testing

@testable import MillraceCLI

@Suite struct TableTests {
    @Test func centresHeadingsAndAlignsCells() {
        let table = Table(
            columns: [.init("Status"), .init("WorkflowId"), .init("Count", .right)],
            rows: [["Completed", "a", "7"], ["Failed", "abcdefghijkl", "12345"]])
        #expect(
            table.lines(style: .plain) == [
                "   Status     WorkflowId   Count",
                "  Completed  a                 7",
                "  Failed     abcdefghijkl  12345",
            ])
    }

    @Test func shortensTheWidestColumnsToFit() {
        let table = Table(
            columns: [.init("Status"), .init("WorkflowId"), .init("Type")],
            rows: [["Running", .init(String(repeating: "w", count: 60)), .init(String(repeating: "t", count: 40))]])
        let lines = table.lines(style: .plain, width: 60)
        #expect(lines.allSatisfy { TextWidth.of($0) <= 60 })
        #expect(lines[1].contains("…"))
        #expect(lines[1].contains("Running"))
    }

    @Test func extraColumnsGiveFirst() {
        let table = Table(
            columns: [.init("Type"), .init("Details", isExtra: true)],
            rows: [["WorkflowExecutionStarted", .init(String(repeating: "d", count: 50))]])
        #expect(table.lines(style: .plain, width: 40)[1] == "  WorkflowExecutionStarted  ddddddddddd…")
    }

    @Test func leavesAWideTableAloneWithoutATerminal() {
        let id = String(repeating: "w", count: 300)
        let lines = Table(columns: [.init("WorkflowId")], rows: [[.init(id)]]).lines(style: .plain)
        #expect(lines[1] == "  " + id)
    }

    @Test func coloursWithoutMovingColumns() {
        let style = Style(isColored: true)
        let table = Table(columns: [.init("S"), .init("T")], rows: [[.init("ab", .red), "x"]])
        #expect(table.lines(style: style)[1] == "  \u{1B}[31mab\u{1B}[0m  x")
        #expect(table.lines(style: style)[0] == "  \u{1B}[35mS\u{1B}[0m   \u{1B}[35mT\u{1B}[0m")
    }

    @Test func controlCharactersCannotMoveTheCursor() {
        let lines = Table(columns: [.init("A")], rows: [["a\u{1B}[2Jb\nc"]]).lines(style: .plain)
        #expect(lines.count == 2)
        #expect(lines[1] == "  a [2Jb c")
    }

    @Test func measuresWideCharacters() {
        #expect(TextWidth.of("日本") == 4)
        #expect(TextWidth.of("é") == 1)
        #expect(TextWidth.fit("日本語", 5) == "日本…")
        #expect(TextWidth.fit("abc", 3) == "abc")
        #expect(TextWidth.fit("abcd", 3) == "ab…")
    }

    @Test func cardsPadNames() {
        let card = Card([("WorkflowId", "a"), ("Type", "")])
        #expect(card.lines(style: .plain) == ["  WorkflowId  a", "  Type"])
    }
}
