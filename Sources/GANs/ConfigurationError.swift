/// A setting that no network or training can be made from.
public struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The setting's name, as the library's property is called; nil where it is not one setting that is wrong.
    public let setting: String?
    /// Its value, in words.
    public let value: String
    /// What is wrong with it, or what is allowed.
    public let requirement: String

    /// One setting with a value that is not allowed.
    public init(_ setting: String, _ value: some Any, _ requirement: String) {
        (self.setting, self.value, self.requirement) = (setting, "\(value)", requirement)
    }

    /// Of something that is no single setting's fault.
    public init(_ message: String) { (setting, value, requirement) = (nil, "", message) }

    /// Such as `width is 0; it must lie between 1 and 512`.
    public var description: String { setting.map { "\($0) is \(value); \(requirement)" } ?? requirement }

    /// Throws unless images can have so many channels.
    static func check(channels: Int) throws(ConfigurationError) {
        guard [1, 3, 4].contains(channels) else {
            throw ConfigurationError(
                "channels", channels, "it must be 1 (gray), 3 (color) or 4 (color and transparency)")
        }
    }

    /// Throws unless a setting is one of some values.
    static func check<Value: Equatable>(
        _ setting: String, _ value: Value, oneOf allowed: [Value], for what: String
    ) throws(ConfigurationError) {
        guard allowed.contains(value) else {
            let list = allowed.map { "\($0)" }.joined(separator: ", ")
            throw ConfigurationError(setting, value, "\(what): \(list)")
        }
    }

    /// Throws unless a setting lies in a range.
    static func check<Value: Comparable>(
        _ setting: String, _ value: Value, in range: ClosedRange<Value>
    ) throws(ConfigurationError) {
        guard range.contains(value) else {
            throw ConfigurationError(
                setting, value, "it must lie between \(range.lowerBound) and \(range.upperBound)")
        }
    }
}
