/// Stops the program with a message when the caller broke an operation's contract, such as by shapes that do
/// not fit.
///
/// Unlike `precondition`, it prints the message in release builds too.
public func require(
    _ condition: Bool, _ message: @autoclosure () -> String, file: StaticString = #fileID, line: UInt = #line
) {
    if !condition { fatalError(message(), file: file, line: line) }
}
