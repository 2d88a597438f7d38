import Foundation

/// The scale of an axis: its range and its ticks at round numbers.
package struct AxisScale {
    package let range: ClosedRange<Double>
    package let ticks: [(value: Double, label: String)]

    /// - Parameters:
    ///   - range: finite; widened if its ends are not distinguishable.
    ///   - count: the approximate number of ticks.
    package init(_ range: ClosedRange<Double>, tickCount count: Int) {
        let magnitude = max(abs(range.lowerBound), abs(range.upperBound))
        let span = range.upperBound - range.lowerBound
        let isDistinct = span > 1e-9 * magnitude && span > 1e-300
        let room = isDistinct ? 0 : max(0.1 * magnitude, 1e-3)
        self.range = range.lowerBound - room...range.upperBound + room
        let step = AxisScale.roundStep(atLeast: (span + 2 * room) / Double(max(1, count)))
        let first = Int((self.range.lowerBound / step - 1e-9).rounded(.up))
        let last = Int((self.range.upperBound / step + 1e-9).rounded(.down))
        let largest = step * Double(max(abs(first), abs(last)))
        ticks =
            first <= last
            ? (first...last).map { index in
                let value = Double(index) * step
                return (value, AxisScale.label(value, step: step, largest: largest))
            } : []
    }

    /// The position of a value in the range, 0 to 1 inside.
    package func place(of value: Double) -> Double {
        (value - range.lowerBound) / (range.upperBound - range.lowerBound)
    }

    /// The smallest of 1, 2 and 5 times a power of ten that is at least a number.
    private static func roundStep(atLeast least: Double) -> Double {
        let power = pow(10, (log10(least) - 1e-9).rounded(.down))
        return power * ([1, 2, 5].first { $0 * power >= least * (1 - 1e-9) } ?? 10)
    }

    private static func label(_ value: Double, step: Double, largest: Double) -> String {
        if value == 0 { return "0" }
        if largest >= 1e10 || step < 1e-5 {
            let digits = Int((log10(largest / step) + 1e-9).rounded(.down))
            return String(format: "%.\(digits)e", value)
        }
        if largest >= 1e7 && step >= 1e6 { return String(format: "%.0fM", value / 1e6) }
        if largest >= 1e4 && step >= 1e3 { return String(format: "%.0fk", value / 1e3) }
        let decimals = max(0, -Int((log10(step) + 1e-9).rounded(.down)))
        return String(format: "%.\(decimals)f", value)
    }
}
