"""The commands about schedules, which follow those of `cases`."""

from millrace_cli.cases import case, formats

# What the reference says of a schedule that was never updated, and what is ours alone.
WORDS = ("Workflow ", "When ", "LastUpdateAt")
CREATE = "schedule create -t {queue} --type Waits"
UPDATE = "schedule update -t {queue} --type Waits"
RANGE = "--start-time 2026-01-01T00:00:00Z --end-time 2026-01-03T00:00:00Z"
BACKFILL = f"schedule backfill {RANGE}"
MATCHING = f"schedule list-matching-times {RANGE}"

case("schedule create", f"{CREATE} -s {{id}}-s1 -w {{id}}-w1 --interval 24h/90m")
case("schedule create as JSON", f"{CREATE} -s {{id}}-s2 --interval 1d -o json", kind="exact")
case("schedule create again", f"{CREATE} -s {{id}}-s1 --interval 24h", kind="error")
case(
    "schedule create with everything",
    f"{CREATE} -s {{id}}-s3 -w {{id}}-w3 --interval 1h --interval 2d/26h --cron @monthly --start-time"
    " 2026-01-01T00:00:00Z --end-time 2040-01-01T00:00:00.5+02:00 --jitter 5s --time-zone Europe/Rome --overlap-policy"
    " BufferAll --catchup-window 2h --pause-on-failure --paused --remaining-actions 5 --schedule-memo a={\"x\":1}"
    " --schedule-memo s=\"x\" --schedule-memo n=null --memo m={\"b\":1} --memo n=null --execution-timeout 1h"
    " --run-timeout 30m --task-timeout 5s --input 2 --input-meta k=v --input",
    '{"a": "<é>"}',
    "--cron",
    "30 12 * * Fri",
    "--calendar",
    '{"dayOfWeek":"Fri","hour":"17,19","minute":"5-45/20","comment":"after work"}',
    "--calendar",
    '{"day_of_month":"1","month":"January","second":null}',
    "--notes",
    "some notes",
    "--static-summary",
    "one line",
    "--static-details",
    "many *lines*",
)
case("schedule create without times", f"{CREATE} -s {{id}}-s4 -w {{id}}-w4")
for policy in ("Skip", "BufferOne", "CancelOther", "TerminateOther", "AllowAll"):
    case(f"schedule create, {policy}", f"{CREATE} -s {{id}}-{policy} --interval 1d --overlap-policy {policy}")
    case(f"schedule describe, {policy}", f"schedule describe -s {{id}}-{policy}", ignored_lines=(*WORDS, "Action"))
case(
    "schedule create with bytes",
    f"{CREATE} -s {{id}}-s5 -w {{id}}-w5 --cron @hourly --input aGVsbG8= --input-base64 --input-meta"
    " encoding=binary/plain",
)
case("schedule create with files", f"{CREATE} -s {{id}}-bad --interval 1d --input-file /nowhere/at/all", kind="error")
case("schedule create with an unknown attribute", f"{CREATE} -s {{id}}-bad --schedule-search-attribute Nope=1", kind="error")
case("schedule create with an unknown attribute of the workflow", f"{CREATE} -s {{id}}-bad --search-attribute Nope=1", kind="error")
case("schedule create with a bad cron", f"{CREATE} -s {{id}}-bad --cron bad", kind="error")
case("schedule create with an empty cron", f"{CREATE} -s {{id}}-bad --cron", "", kind="error")
case("schedule create with a bad hour", f'{CREATE} -s {{id}}-bad --calendar {{"hour":"25"}}', kind="error")
case("schedule create with a short interval", f"{CREATE} -s {{id}}-bad --interval 500ms", kind="error")
case("schedule create with a negative interval", f"{CREATE} -s {{id}}-bad --interval -1h", kind="error")
case("schedule create with a late offset", f"{CREATE} -s {{id}}-bad --interval 1h/2h", kind="error")
case("schedule create in no time zone", f"{CREATE} -s {{id}}-bad --interval 1h --time-zone No/Where", kind="error")
case("schedule create with an empty queue", "schedule create -s {id}-bad --type Waits --interval 1h -t", "", kind="error")
case("schedule create with an empty type", "schedule create -s {id}-bad -t {queue} --interval 1h --type", "", kind="error")
for name, options in {
    "a bad interval": "--interval 1x",
    "three parts of an interval": "--interval 1h/2h/3h",
    "half an interval": "--interval 1h/",
    "a bad memo": "--schedule-memo bad",
    "a bad memo of the workflow": "--memo bad",
    "a bad attribute": "--schedule-search-attribute bad",
    "bad input": "--input {",
}.items():
    case(f"schedule create with {name}", f"{CREATE} -s {{id}}-bad {options}", kind="usage-message")
for name, options in {
    "a bad calendar": "--calendar bad",
    "an unknown field": '--calendar {"foo":"1"}',
    "a number for a field": '--calendar {"hour":3}',
    "a list for a calendar": "--calendar []",
    "half a calendar": '--calendar {"hour":"3"',
    "a bad time": "--start-time bad",
    "a day for a time": "--end-time 2026-01-01",
    "a bad jitter": "--jitter bad",
    "a bad policy": "--overlap-policy bad",
    "a policy in small letters": "--overlap-policy bufferone",
    "a bad window": "--catchup-window bad",
    "a bad number of actions": "--remaining-actions bad",
    "a bad memo value": "--schedule-memo a=bad",
    "an option of start": "--start-delay 1s",
    "an argument": "extra",
}.items():
    case(f"schedule create with {name}", f"{CREATE} -s {{id}}-bad {options}", kind="usage")
case("schedule create with two words in a field", f"{CREATE} -s {{id}}-bad --calendar", '{"hour":"3 4"}', kind="usage-message")
case("schedule create without an ID", f"{CREATE} --interval 1h", kind="usage")
case("schedule create with an empty ID", f"{CREATE} --interval 1h -s", "", kind="usage-message")
case("schedule create without a queue", "schedule create -s {id}-bad --type Waits", kind="usage")
case("schedule create without a type", "schedule create -s {id}-bad -t {queue}", kind="usage")
formats("schedule describe", "schedule describe -s {id}-s1 --time-format iso", ignored_lines=WORDS)
formats("schedule describe everything", "schedule describe -s {id}-s3 --time-format iso", ignored_lines=WORDS)
case("schedule describe everything, relative times", "schedule describe -s {id}-s3", ignored_lines=WORDS)
case("schedule describe everything, raw times", "schedule describe -s {id}-s3 --time-format raw", ignored_lines=WORDS)
case("schedule describe raw payloads", "schedule describe -s {id}-s3 -o json --no-json-shorthand-payloads", kind="json")
formats("schedule describe without times", "schedule describe -s {id}-s4 --time-format iso", ignored_lines=WORDS)
formats("schedule describe bytes", "schedule describe -s {id}-s5 --time-format iso", ignored_lines=WORDS)
case("schedule describe silently", "schedule describe -s {id}-s1 -o none", kind="exact")
case("schedule describe an unknown one", "schedule describe -s {id}-unknown", kind="error")
case("schedule describe an unknown one as JSON", "schedule describe -s {id}-unknown -o json", kind="error")
case("schedule describe nothing", "schedule describe", kind="usage")
formats("schedule times", f"{MATCHING} -s {{id}}-s1")
case("schedule times, raw", f"{MATCHING} -s {{id}}-s1 --time-format raw")
formats("schedule times there are none", f"{MATCHING} -s {{id}}-s4")
case("schedule times of an unknown one", f"{MATCHING} -s {{id}}-unknown", kind="error")
case("schedule times without an end", "schedule list-matching-times -s x --start-time 2026-01-01T00:00:00Z", kind="usage")
case("schedule toggle", "schedule toggle -s {id}-s1 --pause")
case("schedule describe paused", "schedule describe -s {id}-s1 --time-format iso", ignored_lines=WORDS)
case("schedule toggle as JSON", "schedule toggle -s {id}-s1 --unpause -o json --reason", "go on", kind="exact")
case("schedule toggle twice", "schedule toggle -s {id}-s1 --unpause --reason", "go on")
case("schedule toggle both ways", "schedule toggle -s {id}-s1 --pause --unpause", kind="usage-message")
case("schedule toggle no way", "schedule toggle -s {id}-s1", kind="usage-message")
case("schedule toggle an unknown one", "schedule toggle -s {id}-unknown --pause", kind="error")
case("schedule toggle nothing", "schedule toggle --pause", kind="usage")
case("schedule update", f"{UPDATE} -s {{id}}-s2 -w {{id}}-w2 --cron @daily --notes changed --remaining-actions 3")
formats("schedule describe updated", "schedule describe -s {id}-s2 --time-format iso", ignored_lines=WORDS[:2])
case("schedule update as JSON", f"{UPDATE} -s {{id}}-s2 -w {{id}}-w2 --jitter 90s --paused -o json", kind="exact")
case("schedule describe updated again", "schedule describe -s {id}-s2 --time-format iso", ignored_lines=WORDS[:2])
case("schedule update an unknown one", f"{UPDATE} -s {{id}}-unknown", kind="error")
case("schedule update with a bad interval", f"{UPDATE} -s {{id}}-s2 --interval 1x", kind="usage-message")
case("schedule update with a bad cron", f"{UPDATE} -s {{id}}-s2 --cron bad", kind="error")
case("schedule update the memo", f"{UPDATE} -s {{id}}-s2 --schedule-memo a=1", kind="usage")
case("schedule update without a type", "schedule update -t {queue} -s {id}-s2", kind="usage")
case("schedule trigger", "schedule trigger -s {id}-s1")
case("schedule trigger as JSON", "schedule trigger -s {id}-s1 --overlap-policy Skip -o json", kind="exact")
case("schedule trigger an unknown one", "schedule trigger -s {id}-unknown", kind="error")
case("schedule trigger with a bad policy", "schedule trigger -s {id}-s1 --overlap-policy bad", kind="usage")
case("schedule trigger nothing", "schedule trigger", kind="usage")
case("schedule backfill", f"{BACKFILL} -s {{id}}-s1 --overlap-policy AllowAll")
case("schedule backfill as JSON", f"{BACKFILL} -s {{id}}-s4 -o json", kind="exact")
case("schedule backfill an unknown one", f"{BACKFILL} -s {{id}}-unknown", kind="error")
case("schedule backfill with a bad policy", f"{BACKFILL} -s {{id}}-s1 --overlap-policy bad", kind="usage")
case("schedule backfill with a bad time", "schedule backfill -s x --start-time bad --end-time bad", kind="usage")
case("schedule backfill without an end", "schedule backfill -s x --start-time 2026-01-01T00:00:00Z", kind="usage")
formats("schedule describe busy", "schedule describe -s {id}-s1 --time-format iso", ignored_lines=WORDS, unordered=True)
LISTED = 'ScheduleId = "{id}-s3"'
formats("schedule list", "schedule list --time-format iso -q", LISTED)
case("schedule list long", "schedule list -l --time-format iso -q", LISTED)
# What is not there is <nil> there and null here.
case("schedule list really long", "schedule list --really-long --time-format iso -q", LISTED, loose=True)
case("schedule list relative times", "schedule list --long -q", LISTED, loose=True)
case("schedule list raw payloads", "schedule list -o json --no-json-shorthand-payloads -q", LISTED, kind="json")
case("schedule list without times", "schedule list --really-long -q", 'ScheduleId = "{id}-s4"', loose=True)
case("schedule list nothing", "schedule list -q", 'ScheduleId = "nope"')
case("schedule list nothing as JSON", "schedule list -o json -q", 'ScheduleId = "nope"', kind="exact")
case("schedule list nothing as JSON lines", "schedule list -o jsonl -q", 'ScheduleId = "nope"', kind="exact")
case("schedule list silently", "schedule list -o none", kind="exact")
case("schedule list with a bad query", "schedule list -q", "bad query", kind="error")
case("schedule list with a bad query as JSON", "schedule list -o json -q", "Nope = 1", kind="error")
case("schedule list in an unknown namespace", "schedule list -n nowhere", kind="error")
case("schedule list with an argument", "schedule list extra", kind="usage")
case("schedule delete", "schedule delete -s {id}-s1")
case("schedule delete as JSON", "schedule delete -s {id}-s2 -o json", kind="exact")
case("schedule delete an unknown one", "schedule delete -s {id}-unknown", kind="error")
case("schedule delete nothing", "schedule delete", kind="usage")
case("schedule describe a deleted one", "schedule describe -s {id}-s1", kind="error")
case("schedule update a deleted one", f"{UPDATE} -s {{id}}-s1", kind="error")
