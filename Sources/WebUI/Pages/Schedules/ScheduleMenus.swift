/// What can be done with a schedule: small forms behind their buttons, and links to those that need more room.
struct ScheduleMenus: Component {
    var content: ScheduleContent

    private var request: PageRequest { content.request }

    private func address(_ part: SchedulePart) -> String {
        request.links.schedule(request.namespace, request.scheduleID, part)
    }

    var html: HTML {
        """
        \(trigger)\(content.schedule.state.paused ? unpause : pause)\
        \(LinkButton(title: "Backfill", address: address(.backfill)))\
        \(LinkButton(title: "Edit", address: address(.edit)))\
        <a class="button button-danger" href="\(address(.delete))">Delete</a>
        """
    }

    private func menu(_ id: HTML, _ title: HTML, isMain: Bool = false, _ form: PostForm) -> HTML {
        """
        <details class="menu" id="menu-\(id)"><summary class="button\(if: isMain, " button-main")">\(title)</summary>\
        <div class="menu-body menu-form">\(form)</div></details>
        """
    }

    private var trigger: HTML {
        let overlap = Field(
            "overlap", "If a run is open", value: OverlapText.name(content.schedule.policies.overlapPolicy),
            control: .choice(OverlapText.choices))
        return menu(
            "trigger", "Trigger now", isMain: true,
            PostForm(
                action: address(.trigger), token: request.token,
                content: """
                    <p>Starts \(content.action.workflowType.name) now, besides its times.</p>\(overlap)\
                    \(SubmitButton(title: "Trigger"))
                    """))
    }

    private var pause: HTML {
        menu(
            "pause", "Pause",
            PostForm(
                action: address(.pause), token: request.token,
                content: """
                    <p>Nothing is started by itself until it goes on. Open runs are left alone.</p>\
                    \(Field("note", "Note", control: .text(placeholder: "why")))\(SubmitButton(title: "Pause"))
                    """))
    }

    private var unpause: HTML {
        menu(
            "unpause", "Go on",
            PostForm(
                action: address(.unpause), token: request.token,
                content: """
                    <p>Starts runs at its times again. What was due while it was paused is not made up for.</p>\
                    \(Field("note", "Note", control: .text(placeholder: "why")))\(SubmitButton(title: "Go on"))
                    """))
    }
}
