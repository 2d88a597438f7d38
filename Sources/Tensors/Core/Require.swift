/// Stops the program with a message when the caller broke an operation's contract, such as shapes that
/// do not fit. Unlike `precondition`, the message is printed in release builds too.
public func require(
    _ condition: Bool, _ message: @autoclosure () -> String, file: StaticString = #fileID, line: UInt = #line
) {
    if !condition { fatalError(message(), file: file, line: line) }
}
