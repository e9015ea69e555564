// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON
import OCI
import Testing

/// One case of `postmetricdata.json`.
struct PostMetricDataCase: Sendable, CustomTestStringConvertible {
    let id: String
    let json: JSONValue

    var testDescription: String { id }

    static let now = Date(timeIntervalSince1970: 1_784_635_200)

    static let all: [PostMetricDataCase] = {
        // A file that cannot be read shows as a number of cases other than 99.
        let cases = (try? fixture("postmetricdata.json"))?["cases"]?.array ?? []
        return cases.map { PostMetricDataCase(id: $0["id"]?.string ?? "", json: $0) }
    }()

    var body: [UInt8] {
        if let text = json["requestText"]?.string { return Array(text.utf8) }
        return json["request"]?.encoded() ?? []
    }
}

@Suite struct MonitoringValidatorTests {
    @Test func `all cases are read`() throws {
        #expect(PostMetricDataCase.all.count == 99)
        let file = try fixture("postmetricdata.json")
        #expect(file["nowEpochSeconds"]?.int == 1_784_635_200)
        let rules = Set(file["rules"]?.object?.map(\.name) ?? [])
        #expect(rules == Set(MetricDataValidator.Rule.allCases.map(\.rawValue)))
    }

    @Test(arguments: PostMetricDataCase.all)
    func `each case is judged as the vectors say`(example: PostMetricDataCase) throws {
        let verdict = MetricDataValidator(now: PostMetricDataCase.now).verdict(on: example.body)
        let indexes = example.json["invalidMetricIndexes"]?.array?.compactMap(\.int) ?? []
        let rule = example.json["rule"]?.string
        switch verdict {
        case .accepted:
            #expect(example.json["valid"]?.bool == true)
        case .requestRefused(let broken):
            #expect(example.json["level"]?.string == "request")
            #expect(broken.rawValue == rule)
        case .metricsRefused(let refused, let isAtomic):
            #expect(example.json["level"]?.string == "metric")
            #expect(refused.keys.sorted() == indexes)
            if isAtomic {
                #expect(rule == MetricDataValidator.Rule.atomicAllOrNothing.rawValue)
            } else {
                #expect(Set(refused.values.map(\.rawValue)) == [rule ?? ""])
            }
        }
    }

    @Test(arguments: ["-Infinity", "NaN", "[NaN", #"{"a":NaN}"#])
    func `numbers JSON does not know are called that`(text: String) {
        let verdict = MetricDataValidator(now: PostMetricDataCase.now).verdict(on: Array(text.utf8))
        #expect(verdict == .requestRefused(.valueNumber))
    }

    @Test(
        arguments: [
            ("x", .null, .jsonShape), ("resourceGroup", "", .resourceGroupCharset),
            ("resourceGroup", 1, .resourceGroupCharset),
            ("resourceGroup", .null, nil), ("metadata", .null, nil), ("metadata", "text", .metadataLength),
            ("metadata", ["unit": 1], .metadataLength), ("namespace", "ends_", .namespaceCharset), ("name", "a", nil),
            ("name", "1a", .nameCharset), ("dimensions", ["k": "å"], nil), ("dimensions", "text", .dimensionsRequired),
            ("datapoints", [1], .timestampFormat),
        ] as [(String, JSONValue, MetricDataValidator.Rule?)])
    func `one member at a time`(name: String, value: JSONValue, rule: MetricDataValidator.Rule?) {
        let metric = MonitoringTests.metric("run_duration")
        var members = (metric.json.object ?? []).filter { $0.name != name }
        members.append(JSONMember(name, value))
        let validator = MetricDataValidator(now: PostMetricDataCase.now)
        #expect(validator.broken(by: name == "x" ? value : .object(members)) == rule)
    }

    @Test func `what the client encodes is judged before it is sent`() {
        let validator = MetricDataValidator(now: PostMetricDataCase.now)
        #expect(validator.broken(by: MonitoringTests.metric("run_duration")) == nil)
        #expect(validator.broken(by: MonitoringTests.metric("run_duration", ago: 7_200)) == .timestampTooOld)
        var metric = MonitoringTests.metric("run_duration")
        metric.datapoints[0].value = .infinity
        #expect(validator.broken(by: metric) == .valueNumber)
    }
}
