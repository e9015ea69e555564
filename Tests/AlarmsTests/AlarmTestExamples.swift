// SPDX-License-Identifier: MIT

import Alarms

/// Test files for tests of the test runner.
enum AlarmTestExamples {
    /// Reads a test file beside others.
    static func read(_ text: String, _ files: [String: String] = [:]) throws(AlarmTestError) -> AlarmTestFile {
        try AlarmTestFile(path: "t.test.yaml", bytes: Array(text.utf8)) { files[$0].map { Array($0.utf8) } }
    }

    /// The alarms of the specification's example.
    static let feedAlarms = """
        alarms:
          - key: feed-stale
            displayName: feed stale
            namespace: poller
            query: feed.success[60m].groupBy(job).absent(3d) == 1
            pendingDuration: PT1M
            severity: CRITICAL
            isEnabled: true
            repeatNotificationDuration: PT2H
            notificationTitle: "{{severity}}: {{dimensions.job}} stale"
            body: No event feed for an hour.
          - key: feed-age
            displayName: feed age
            namespace: poller
            query: feed.age[5m].groupBy(job).last() > 3600
            pendingDuration: PT5M
            severity: WARNING
            isEnabled: true
            overrides:
              - {ruleName: LONG, query: 'feed.age[5m].groupBy(job).last() > 7200', severity: CRITICAL}
        """

    /// The tests of the specification's example.
    static let feedTests = """
        version: 1
        alarms: alarms.yaml
        defaults: {namespace: poller, start: "2026-01-05T00:00:00Z", step: 1m}
        tests:
          - name: the job stops after one hour
            series:
              - {metric: feed.success, dimensions: {job: poll, host: a}, step: 30m, values: "1x2"}
              - {metric: feed.age, dimensions: {job: poll}, values: "0+60x29 0+60x29 0+60x190"}
            queries:
              - query: feed.success[60m].groupBy(job).sum()
                from: 59m
                to: 62m
                resolution: 1m
                expect:
                  - {dimensions: {job: poll}, values: "2x2"}
              - query: feed.success[60m].sum() < 1
                from: 2h
                to: 4h
                resolution: 1m
                expect: []            # an empty window is no point
            alarms:
              - alarm: feed-stale
                from: 1h
                until: 4h10m
                states: [[1h, OK], [2h, FIRING]]
                messages:
                  - {at: 2h, delivered: 2h3m, type: OK_TO_FIRING, firing: 1, dimensions: [{job: poll}], title: "CRITICAL: poll stale"}
                  - {at: 4h, type: REPEAT}
              - alarm: feed-age
                from: 1h
                until: 4h10m
                states: [[1h, OK], [2h5m, FIRING]]
                streams:
                  - {dimensions: {job: poll}, states: [[1h, OK], [2h5m, FIRING, BASE], [3h5m, FIRING, LONG]]}
                messages:
                  - {at: 2h5m, type: OK_TO_FIRING, severity: WARNING}
          - name: one lost run is forgiven
            series:
              - {metric: feed.success, dimensions: {job: poll, host: a}, step: 30m, values: "1 1 _ 1 1"}
            alarms:
              - alarm: feed-stale
                from: 30m
                until: 2h
                states: [[30m, OK]]   # at 89m the window still holds 30m, at 90m it holds the next run
                messages: []
        """

    /// An alarm on the highest of several levels, as a JSON file has it.
    static let levelAlarm = """
        {
          "displayName": "${job} level", "compartmentId": "${compartment_id}",
          "metricCompartmentId": "${metric_compartment_id}", "namespace": "${namespace}",
          "query": "level[2m]{job = \\"${job}\\"}.groupBy(job).max() > 5", "pendingDuration": "PT2M",
          "severity": "ERROR", "isEnabled": true, "destinations": ["${topic_id}"],
          "repeatNotificationDuration": "PT1H", "body": "Level of {{dimensions.job}}. ${runbook_base_url}/level.md"
        }
        """

    /// The four ways to prove it.
    static let levelTests = """
        version: 1
        alarms: [alarms/level.json]
        tests:
          - name: fires and clears
            series: [{metric: level, dimensions: {job: polisen, host: a}, values: "1x4 9x10 1x20"}]
            alarms:
              - alarm: level
                until: 30m
                states: [[0, OK], [6m, FIRING], [17m, OK]]
                messages:
                  - {at: 6m, type: OK_TO_FIRING, severity: ERROR, dimensions: [{job: polisen}]}
                  - {at: 17m, type: FIRING_TO_OK}
          - name: stays silent
            series:
              - {metric: level, dimensions: {job: polisen, host: a}, values: "5x40"}
              - {metric: level, dimensions: {job: other, host: a}, values: "9x40"}
            alarms:
              - {alarm: level, until: 30m, states: [[0, OK]], messages: []}
          - name: data stop while it fires
            series: [{metric: level, dimensions: {job: polisen, host: a}, values: "9x10"}]
            alarms:
              - {alarm: level, until: 1h, states: [[0, OK], [1m, FIRING], [22m, OK]], messages: [{}, {type: RESET}]}
          - name: repeats
            series: [{metric: level, dimensions: {job: polisen, host: a}, values: "9x90"}]
            alarms:
              - {alarm: level, until: 90m, messages: [{type: OK_TO_FIRING}, {at: 61m, type: REPEAT}]}
        """

    static func levels(_ alarm: String = levelAlarm) throws(AlarmTestError) -> AlarmTestFile {
        try read(levelTests, ["alarms/level.json": alarm])
    }
}
