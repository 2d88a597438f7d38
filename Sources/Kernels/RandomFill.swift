import Foundation

extension RandomStream {
    /// A standard normal number, from the next two words.
    public mutating func normal() -> Double {
        // 1 - u lies in (0, 1], where the logarithm is finite.
        let radius = (-2 * log(1 - uniform())).squareRoot()
        return radius * cos(2 * Double.pi * uniform())
    }

    /// Fills `count` scalars with independent standard normal numbers.
    ///
    /// - Source: Box and Muller 1958.
    public mutating func fillNormal(_ pointer: UnsafeMutablePointer<Scalar>, count: Int) {
        for index in stride(from: 0, to: count, by: 2) {
            // 1 - u lies in (0, 1], where the logarithm is finite.
            let radius = (-2 * log(1 - uniform())).squareRoot()
            let angle = 2 * Double.pi * uniform()
            pointer[index] = Scalar(radius * cos(angle))
            if index + 1 < count { pointer[index + 1] = Scalar(radius * sin(angle)) }
        }
    }

    /// Fills `count` scalars with independent numbers uniform in [0, 1), of 24 random bits.
    public mutating func fillUniform(_ pointer: UnsafeMutablePointer<Scalar>, count: Int) {
        for index in 0..<count { pointer[index] = Scalar(next() >> 40) * 0x1p-24 }
    }
}
