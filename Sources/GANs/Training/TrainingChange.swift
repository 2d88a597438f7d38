/// Settings that a training went on with otherwise than before.
public struct TrainingChange: Codable, Hashable, Sendable {
    /// A setting, before and after.
    public struct Setting: Codable, Hashable, Sendable {
        /// The names that lead to it in JSON, such as `recipe.batchSize`.
        public let path: String
        /// What it was.
        public let before: String
        /// What it is from here on.
        public let after: String

        /// A setting by its path, before and after.
        public init(path: String, before: String, after: String) {
            (self.path, self.before, self.after) = (path, before, after)
        }

        /// The last of the names, such as `batchSize`.
        public var name: String { path.split(separator: ".").last.map(String.init) ?? path }
    }

    /// The steps that had been trained before.
    public let step: Int
    /// What was changed, in the order of the paths.
    public let settings: [Setting]
}

extension TrainingConfiguration {
    /// The settings that differ from another configuration's.
    ///
    /// - Parameter other: what came before.
    public func changes(from other: TrainingConfiguration) -> [TrainingChange.Setting] {
        let (own, others) = (settings, other.settings)
        return Set(own.keys).union(others.keys).sorted().compactMap { path in
            let (before, after) = (others[path] ?? "none", own[path] ?? "none")
            return before == after ? nil : TrainingChange.Setting(path: path, before: before, after: after)
        }
    }
}

extension TrainingProgress {
    /// Whether no step was trained since the last change.
    var hasJustChanged: Bool { changes.last?.step == step }

    /// The step after which the images were last changed that samples are measured by; 0 if they are the first.
    var stepOfOtherData: Int {
        changes.last { $0.settings.contains { $0.path == "data" || $0.path.hasPrefix("data.") } }?.step ?? 0
    }
}
