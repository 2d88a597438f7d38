import Foundation
import GANs
import TestSupport
import Testing

@Suite struct ClassAgreementTests {
    @Test func `generated classes are found by name, whatever their order`() throws {
        let classifier = try DrawnDigits.classifier()
        let names = ["digit 4", "digit 1", "digit 8"]
        var stream = RandomStream(seed: 6, purpose: .drawing)
        var seen: [Int] = []
        var labels: [Int] = []
        // The second class is drawn as a 7 every other time.
        let agreement = ClassAgreement(perClass: 50, classNames: names, classifier: classifier) {
            asked, numbers in
            seen += Array(numbers)
            labels += asked
            return Tensor(filling: [asked.count, 12, 12, 1]) { target in
                for (row, (label, number)) in zip(asked, numbers).enumerated() {
                    let digit = label == 1 && number % 2 == 0 ? 7 : [4, 1, 8][label]
                    let samples = drawnDigit(digit, size: 12, from: &stream)
                    for (place, sample) in samples.enumerated() {
                        target[row * 144 + place] = Scalar(sample) / 127.5 - 1
                    }
                }
            }
        }
        #expect(seen == Array(0..<150))
        #expect(labels == (0..<150).map { $0 / 50 })
        #expect(agreement.classNames == names && agreement.generated.counts == [50, 50, 50])
        let shares = names.indices.compactMap { agreement.generated.accuracy(ofClass: $0) }
        #expect(shares[0] > 0.9 && abs(shares[1] - 0.5) < 0.1 && shares[2] > 0.9)
    }
}
