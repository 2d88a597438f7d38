import Testing

/// Expects every element within `absolute + relative * |expected|` of the expected one, and names the
/// element that misses by most.
public func expectClose<Value: BinaryFloatingPoint, Reference: BinaryFloatingPoint>(
    _ actual: [Value], _ expected: [Reference], absolute: Double = 1e-5, relative: Double = 1e-4,
    _ comment: @autoclosure () -> Comment = "", sourceLocation: SourceLocation = #_sourceLocation
) {
    guard actual.count == expected.count else {
        Issue.record(
            "\(comment()) \(actual.count) elements, \(expected.count) expected",
            sourceLocation: sourceLocation)
        return
    }
    var misses = 0
    var worst = (index: 0, ratio: 0.0)
    for index in actual.indices {
        let difference = abs(Double(actual[index]) - Double(expected[index]))
        let ratio = difference / (absolute + relative * abs(Double(expected[index])))
        // Written so that NaN counts as a miss.
        if !(ratio <= 1) {
            misses += 1
            if !(ratio <= worst.ratio) && !worst.ratio.isNaN { worst = (index, ratio) }
        }
    }
    if misses > 0 {
        Issue.record(
            """
            \(comment()) \(misses) of \(actual.count) elements differ, most at \(worst.index): \
            \(actual[worst.index]) where \(expected[worst.index]) is expected, \
            \(worst.ratio) times the tolerance
            """, sourceLocation: sourceLocation)
    }
}
