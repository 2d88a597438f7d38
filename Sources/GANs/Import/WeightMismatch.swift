/// Why a network's tensors are not those of a model: which of them are missing, unexpected, or of another shape.
public struct WeightMismatch: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file.
    public let path: String
    /// The model and its network, in words.
    public let network: String
    /// Published names of tensors that the model needs and the file lacks.
    public internal(set) var missing: [String] = []
    /// Names of tensors in the file that the model has not.
    public internal(set) var unexpected: [String] = []
    /// Tensors of other shapes, in words.
    public internal(set) var misshapen: [String] = []

    var isEmpty: Bool { missing.isEmpty && unexpected.isEmpty && misshapen.isEmpty }

    /// All three lists in one line, long ones shortened.
    public var description: String {
        func list(_ names: [String], _ kind: String) -> String? {
            if names.isEmpty { return nil }
            let shown = names.sorted().prefix(WeightMismatch.shownNames)
            let rest = names.count - shown.count
            return
                "\(names.count) \(kind) (\(shown.joined(separator: ", "))\(rest > 0 ? " and \(rest) more" : ""))"
        }
        let lists = [
            list(missing, "missing"), list(unexpected, "unexpected"), list(misshapen, "misshapen"),
        ]
        return "\(path) does not fit the \(network): \(lists.compactMap(\.self).joined(separator: "; "))"
    }

    /// In each list.
    private static let shownNames = 8
}
