/// A setting that no network or training can be made from.
public struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, with the value, and what would be right.
    public let description: String

    public init(_ description: String) { self.description = description }

    /// Throws unless images can have so many channels.
    static func check(channels: Int) throws(ConfigurationError) {
        guard [1, 3, 4].contains(channels) else {
            throw ConfigurationError(
                "channels is \(channels); it must be 1 (gray), 3 (color) or 4 (color and transparency)")
        }
    }

    /// Throws unless a setting lies in a range.
    static func check<Value: Comparable>(
        _ name: String, _ value: Value, in range: ClosedRange<Value>
    ) throws(ConfigurationError) {
        guard range.contains(value) else {
            throw ConfigurationError(
                "\(name) is \(value); it must lie between \(range.lowerBound) and \(range.upperBound)")
        }
    }
}
