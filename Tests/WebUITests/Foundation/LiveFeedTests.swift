import Hummingbird
import Testing

@testable import WebUI

@Suite struct LiveFeedTests {
    @Test func sendsWhatChangesAndEnds() async throws {
        var routes = RouteTable()
        routes.live("/live") { _ in
            LiveFeed { sender in
                sender.replace("a", "<p id=\"a\">1\n2</p>")
                sender.replace("b", "<p id=\"b\">1</p>")
                sender.replace("b", "<p id=\"b\">2</p>")
                sender.finish()
            }
        }
        try await TestPages.run(routes) { pages in
            let answer = try await pages.get("/live")
            #expect(answer.headers[.contentType] == "text/event-stream; charset=utf-8")
            #expect(
                answer.text == """
                    event: replace
                    data: a
                    data: <p id="a">1
                    data: 2</p>

                    event: replace
                    data: b
                    data: <p id="b">2</p>

                    event: finish
                    data:


                    """)
        }
    }

    @Test func aFeedThatFailsEnds() async throws {
        var routes = RouteTable()
        routes.live("/live") { _ in
            LiveFeed { sender in
                sender.replace("a", "<p id=\"a\"></p>")
                throw CancellationError()
            }
        }
        let web = try await WebServer.start(.init(port: 0), connection: RefusingConnection(), routes: routes)
        let raw = try await RawHTTP.connect(port: web.port)
        try await raw.send("GET /live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        #expect(await raw.receive().contains("data: a"))
        await web.stop()
    }

    @Test func tooManyReadersAreToldToStopAsking() async throws {
        var routes = RouteTable()
        routes.live("/live") { _ in LiveFeed { $0.finish() } }
        var configuration = WebServer.Configuration()
        configuration.maximumLiveFeeds = 0
        try await TestPages.run(routes, configuration: configuration) { pages in
            let answer = try await pages.get("/live")
            #expect(answer.text == LiveSender.finish)
        }
        let limit = LiveLimit(1)
        #expect(limit.enter() && !limit.enter())
        limit.leave()
        #expect(limit.enter())
    }

    @Test func stoppingEndsWhatIsBeingWatched() async throws {
        var routes = RouteTable()
        routes.live("/live") { _ in
            LiveFeed { sender in
                sender.replace("a", "<p id=\"a\">here</p>")
                try await Task.sleep(for: .seconds(3_600))
            }
        }
        let web = try await WebServer.start(.init(port: 0), connection: RefusingConnection(), routes: routes)
        let raw = try await RawHTTP.connect(port: web.port)
        try await raw.send("GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(await raw.receive(until: "here").contains("HTTP/1.1 200"))
        await web.stop()
        try await raw.channel.closeFuture.get()
    }
}
