import Testing

/// Expects that the message of a trap, which an exit test observed, holds the given words.
public func expectMessage(
    _ words: String, of result: ExitTest.Result?, sourceLocation: SourceLocation = #_sourceLocation
) {
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains(words), sourceLocation: sourceLocation)
}
