// SPDX-License-Identifier: MIT

import CYAML

/// What libyaml reports next, copied out of its memory.
enum Event {
    case streamStart, streamEnd, documentStart, documentEnd, sequenceEnd, mappingEnd
    case alias
    case scalar(YAMLScalar, Properties)
    case sequenceStart(Properties)
    case mappingStart(Properties)

    /// What stands before a node.
    struct Properties {
        let tag: String?
        let isAnchored: Bool
    }
}

/// An event and where it begins.
struct PlacedEvent {
    let event: Event
    let mark: YAMLMark
}

/// Sole owner of one libyaml parser; the text it reads must outlive it.
@safe struct EventReader: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>

    init(_ text: UnsafeBufferPointer<UInt8>) throws(YAMLError) {
        let memory = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        guard unsafe yaml_parser_initialize(memory) == 1 else {
            unsafe memory.deallocate()
            throw YAMLError(.outOfMemory, "no memory for a YAML parser")
        }
        unsafe parser = memory
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        unsafe yaml_parser_set_input_string(parser, text.baseAddress, text.count)
    }

    deinit {
        unsafe yaml_parser_delete(parser)
        unsafe parser.deallocate()
    }

    /// The next event. Throws on text that is not YAML or not UTF-8; not to be called again after that.
    func next(of source: [UInt8]) throws(YAMLError) -> PlacedEvent {
        var event = unsafe yaml_event_t()
        guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw failure(in: source) }
        defer { unsafe yaml_event_delete(&event) }
        return unsafe PlacedEvent(event: Self.copy(event), mark: YAMLMark(event.start_mark))
    }

    private static func copy(_ event: yaml_event_t) -> Event {
        switch unsafe event.type {
        case YAML_DOCUMENT_START_EVENT: .documentStart
        case YAML_DOCUMENT_END_EVENT: .documentEnd
        case YAML_SEQUENCE_END_EVENT: .sequenceEnd
        case YAML_MAPPING_END_EVENT: .mappingEnd
        case YAML_ALIAS_EVENT: .alias
        case YAML_SCALAR_EVENT: unsafe scalar(event.data.scalar)
        case YAML_SEQUENCE_START_EVENT:
            unsafe .sequenceStart(properties(event.data.sequence_start.tag, event.data.sequence_start.anchor))
        case YAML_MAPPING_START_EVENT:
            unsafe .mappingStart(properties(event.data.mapping_start.tag, event.data.mapping_start.anchor))
        case YAML_STREAM_START_EVENT: .streamStart
        default: .streamEnd
        }
    }

    private static func scalar(_ data: yaml_event_s.__Unnamed_union_data.__Unnamed_struct_scalar) -> Event {
        let bytes = unsafe UnsafeBufferPointer(start: data.value, count: data.length)
        let style: YAMLScalar.Style =
            switch unsafe data.style {
            case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
            case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
            case YAML_LITERAL_SCALAR_STYLE: .literal
            case YAML_FOLDED_SCALAR_STYLE: .folded
            default: .plain
            }
        let text = unsafe YAMLScalar(text: String(decoding: bytes, as: UTF8.self), style: style)
        return unsafe .scalar(text, properties(data.tag, data.anchor))
    }

    private static func properties(
        _ tag: UnsafeMutablePointer<yaml_char_t>?, _ anchor: UnsafeMutablePointer<yaml_char_t>?
    ) -> Event.Properties {
        let text = unsafe tag.map { unsafe String(cString: $0) }
        return unsafe Event.Properties(tag: text, isAnchored: anchor != nil)
    }

    /// libyaml's own words and place for what went wrong.
    private func failure(in source: [UInt8]) -> YAMLError {
        let state = unsafe parser.pointee
        let problem = unsafe state.problem.map { unsafe String(cString: $0) } ?? "unreadable"
        if unsafe state.error == YAML_MEMORY_ERROR { return YAMLError(.outOfMemory, "no memory to read YAML") }
        if unsafe state.error == YAML_READER_ERROR {
            let mark = YAMLMark(offset: unsafe Int(state.problem_offset), in: source)
            return YAMLError(.encoding, problem, mark: mark, excerpt: SourceExcerpt(source, at: mark))
        }
        let context = unsafe state.context.map { unsafe String(cString: $0) }
        let mark = unsafe YAMLMark(state.problem_mark)
        let opened = unsafe YAMLMark(state.context_mark)
        let since = context.map { opened == mark ? ", \($0)" : ", \($0) that begins at \(opened)" } ?? ""
        // At the end of a text without a last line feed libyaml counts one line too many.
        let excerpt = SourceExcerpt(source, at: mark)
        return YAMLError(.syntax, problem + since, mark: excerpt.mark, excerpt: excerpt)
    }
}

extension YAMLMark {
    /// libyaml counts from 0.
    fileprivate init(_ mark: yaml_mark_t) { self.init(line: Int(mark.line) + 1, column: Int(mark.column) + 1) }

    /// The place of the byte at `offset`.
    fileprivate init(offset: Int, in source: [UInt8]) {
        let before = source.prefix(offset)
        let line = before.count { $0 == 0x0A }
        let tail = before.reversed().prefix { $0 != 0x0A }
        self.init(line: line + 1, column: tail.count { $0 & 0xC0 != 0x80 } + 1)
    }
}
