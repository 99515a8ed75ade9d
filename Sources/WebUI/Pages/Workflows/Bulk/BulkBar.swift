/// What can be done with the runs that are ticked, and with all that match.
struct BulkBar: Component {
    /// Whether the server works on everything that matches a query.
    var offersQuery: Bool

    var html: HTML {
        """
        <div class="bulk" data-bulk><span class="bulk-count" data-bulk-count aria-live="polite">Selected runs</span>\
        <button type="submit" class="button button-small" name="action" value="cancel" data-bulk-button>Cancel…\
        </button>\
        <button type="submit" class="button button-small button-danger" name="action" value="terminate" \
        data-bulk-button>Terminate…</button>\
        \(if: offersQuery, allMatching)</div>
        """
    }

    private var allMatching: HTML {
        """
        <span class="bulk-all"><span>All that match</span>\
        <button type="submit" class="button button-small" name="action" value="cancel-all">Cancel…</button>\
        <button type="submit" class="button button-small button-danger" name="action" value="terminate-all">\
        Terminate…</button></span>
        """
    }
}
