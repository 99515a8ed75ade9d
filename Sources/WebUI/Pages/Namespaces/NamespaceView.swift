import SwiftProtobuf
import WireAPI

/// All there is to know of a namespace.
struct NamespaceView: Component {
    var namespace: APIDescribeNamespaceResponse
    /// `nil` if the server does not say, as with ``attributes``.
    var counts: NamespaceCounts?
    var attributes: [String: APIIndexedValueType]?
    var request: PageRequest

    private var info: APINamespaceInfo { namespace.namespaceInfo }

    var html: HTML {
        """
        <p class="breadcrumb"><a href="\(request.links.path("namespaces"))">Namespaces</a></p>
        \(PageHead(title: "<bdi>\(info.name)</bdi> \(NamespaceSection.state(info.state))", actions: actions))
        \(counts.map(runs))
        <div class="columns"><div class="stack">\(Card(title: "About", content: facts.html))\
        \(Card(title: "Data", content: data))</div>
        <div class="stack">\(Card(title: "What it can do", content: capabilities))\(attributesCard)</div></div>
        """
    }

    private var actions: HTML {
        let path = NamespaceSection.address(info.name, request)
        let isSystem = info.name == SystemNamespace.name
        return """
            \(LinkButton(title: "Workflows", address: request.links.workflows(info.name), icon: .workflows))\
            \(LinkButton(title: "Edit", address: path + "/edit"))\
            \(if: !isSystem, "<a class=\"button button-danger\" href=\"\(path + "/delete")\">Delete</a>")
            """
    }

    private func runs(_ counts: NamespaceCounts) -> HTML {
        let groups = APIWorkflowExecutionStatus.shown.compactMap { status in
            counts.groups.first { $0.status == status }
        }
        let content: HTML = """
            <p class="chips"><a class="chip" href="\(request.links.workflows(info.name))">\
            <b>\(SizeText.count(counts.total))</b> \(counts.total == 1 ? "run" : "runs")</a>\(each: groups, { group in
                let query = "ExecutionStatus = '\(group.status.queryName)'"
                let address = request.links.workflows(info.name, matching: query)
                return """
                    <a class="chip \(group.status.tone.className)" href="\(address)">\
                    <svg viewBox="0 0 12 12" aria-hidden="true">\(group.status.tone.glyph)</svg>\
                    <b>\(SizeText.count(group.count))</b> \(group.status.title)</a>
                    """
            })</p>
            """
        return Card(title: "Runs", content: content).html
    }

    private var facts: Facts {
        let replication = namespace.replicationConfig
        let clusters = replication.clusters.map(\.clusterName).joined(separator: ", ")
        return Facts([
            ("Description", info.description_p.isEmpty ? "<span class=\"faint\">none</span>" : "\(info.description_p)"),
            (
                "Retention",
                "\(RetentionText.text(namespace.config.workflowExecutionRetentionTtl)) after a run has closed"
            ),
            ("Owner", info.ownerEmail.isEmpty ? "<span class=\"faint\">none</span>" : "\(info.ownerEmail)"),
            ("Id", "<code>\(info.id)</code>"),
            ("Active cluster", replication.activeClusterName.isEmpty ? nil : "\(replication.activeClusterName)"),
            ("Clusters", clusters.isEmpty ? nil : "\(clusters)"),
            ("Scope", namespace.isGlobalNamespace ? "global" : "local to its cluster"),
            ("Archival of histories", archival(namespace.config.historyArchivalState)),
            ("Archival of the list", archival(namespace.config.visibilityArchivalState)),
        ])
    }

    private func archival(_ state: APIArchivalState) -> HTML { state == .enabled ? "on" : "off" }

    private var data: HTML {
        guard !info.data.isEmpty else { return "<p class=\"faint\">none</p>" }
        return Facts(info.data.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }).html
    }

    private var attributesCard: HTML {
        let address = request.links.path("namespaces", info.name, "search-attributes")
        let content: HTML
        switch attributes {
        case nil: content = "<p class=\"faint\">unknown</p>"
        case let attributes? where attributes.isEmpty: content = "<p class=\"faint\">none</p>"
        case let attributes?:
            content = Facts(attributes.sorted { $0.key < $1.key }.map { ($0.key, Tag($0.value.title).html) }).html
        }
        let manage: HTML = """
            <a class="button button-small" href="\(address)" aria-label="Manage search attributes">Manage</a>
            """
        return Card(title: "Search attributes", actions: manage, content: content).html
    }

    private var capabilities: HTML {
        let all = NamespaceCapability.all(info.supportsSchedules, info.capabilities)
        let limits = info.limits
        return """
            <ul class="check-list">\(each: all, { capability in
                """
                <li>\(StatusBadge(capability.title, capability.isServed ? .completed : .plain))\
                \(if: !capability.isServed, "<span class=\"visually-hidden\"> not served</span>")</li>
                """
            })</ul>
            \(if: limits.blobSizeLimitError > 0, Facts([
                ("Largest payload", "\(SizeText.bytes(limits.blobSizeLimitError))"),
                ("Largest memo", "\(SizeText.bytes(limits.memoSizeLimitError))"),
            ]).html)
            """
    }
}

/// What servers tell of a namespace, in words.
struct NamespaceCapability {
    var title: String
    var isServed: Bool

    static func all(_ schedules: Bool, _ can: APINamespaceInfo.Capabilities) -> [NamespaceCapability] {
        [
            .init(title: "Schedules", isServed: schedules),
            .init(title: "Eager starts", isServed: can.eagerWorkflowStart),
            .init(title: "Updates", isServed: can.syncUpdate),
            .init(title: "Asynchronous updates", isServed: can.asyncUpdate),
            .init(title: "Worker heartbeats", isServed: can.workerHeartbeats),
            .init(title: "Reported problems", isServed: can.reportedProblemsSearchAttribute),
            .init(title: "Pausing of workflows", isServed: can.workflowPause),
            .init(title: "Activities by themselves", isServed: can.standaloneActivities),
            .init(title: "Autoscaling of pollers", isServed: can.pollerAutoscaling),
        ]
    }
}

extension Facts {
    /// One below the other.
    init(_ facts: [(name: String, value: HTML?)]) { self.init(.list, facts) }
}
