/// A linear decay of the learning rates to 0.
///
/// - Source: as in Gulrajani et al. 2017, appendix F, and Isola et al. 2017, appendix 6.2.
public struct LearningRateDecay: Codable, Hashable, Sendable {
    /// The step after which the rates fall.
    public var from: Int
    /// The step after which they are 0.
    public var to: Int

    /// A decay between two steps.
    public init(from: Int, to: Int) { (self.from, self.to) = (from, to) }

    /// The factor of the rates in the step after so many.
    func factor(after steps: Int) -> Double {
        steps < from ? 1 : max(0, Double(to - steps) / Double(to - from))
    }

    func validate() throws(ConfigurationError) {
        guard 0 <= from, from < to else {
            throw ConfigurationError("decayFrom", from, "it must come before the end, step \(to)")
        }
    }
}
