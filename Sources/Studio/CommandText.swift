/// A command as one types it.
enum CommandText {
    /// `gan` with arguments, quoted where a shell would read them otherwise.
    static func gan(_ arguments: [String]) -> String {
        (["gan"] + arguments.map(quoted)).joined(separator: " ")
    }

    private static func quoted(_ argument: String) -> String {
        if argument.wholeMatch(of: /[A-Za-z0-9_@%+=:,.\/-]+/) != nil { return argument }
        return "'" + argument.replacing("'", with: "'\\''") + "'"
    }
}
