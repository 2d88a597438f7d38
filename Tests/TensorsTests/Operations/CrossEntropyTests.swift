import Foundation
import Tensors
import TestSupport
import Testing

@Suite struct CrossEntropyTests {
    static let shapes: [Shape] = [[1, 1], [1, 3], [4, 2], [7, 13]]

    @Test(arguments: shapes)
    func logSoftmaxMatchesAndDifferentiatesTwice(shape: Shape) {
        let logits = uniform(shape, in: -3...3)
        let values = Reference(logits)
        expectEqual(
            logits.logSoftmax(),
            Reference(shape.dimensions) { index in
                values[index] - log((0..<shape[1]).map { exp(values[index[0], $0]) }.reduce(0, +))
            })
        checkGradients(at: [logits]) { $0[0].logSoftmax() }
    }

    @Test(arguments: shapes)
    func crossEntropyMatchesAndDifferentiatesTwice(shape: Shape) {
        let logits = uniform(shape, in: -3...3)
        let labels = (0..<shape[0]).map { $0 * 5 % shape[1] }
        let values = Reference(logits.logSoftmax())
        let expected = -labels.enumerated().map { values[$0, $1] }.reduce(0, +) / Double(shape[0])
        let oneHot = Tensor.oneHot(labels, classes: shape[1])
        expectClose(
            [logits.crossEntropy(labels: oneHot).scalar], [expected], absolute: rounding, relative: rounding)
        checkGradients(at: [logits]) { $0[0].crossEntropy(labels: oneHot) }
        // Labels that are no certainties, and a gradient in them too.
        checkGradients(at: [logits, uniform(shape, in: 0.1...1)]) { $0[0].crossEntropy(labels: $0[1]) }
    }

    /// A gradient penalty through the cross-entropy takes its third derivative.
    @Test func crossEntropyDifferentiatesThrice() {
        let labels = Tensor.oneHot([2, 0], classes: 3)
        checkGradients(orders: 3, at: [uniform([2, 3], in: -2...2)]) { $0[0].crossEntropy(labels: labels) }
    }

    @Test func extremeLogitsStayFinite() {
        let logits = Tensor([1000, -1000, 0, -2000, -1000, -3000], shape: [2, 3]).variable()
        let loss = logits.crossEntropy(labels: .oneHot([1, 1], classes: 3))
        #expect(loss.scalar == 1000)
        expectClose(
            gradients(of: loss, withRespectTo: [logits])[0].scalars, [0.5, -0.5, 0, 0, 0, 0],
            absolute: 1e-30, relative: rounding)
    }

    @Test func oneHotRows() {
        let rows = Tensor.oneHot([2, 0, 2], classes: 3)
        #expect(rows.shape == [3, 3] && rows.scalars == [0, 0, 1, 1, 0, 0, 0, 0, 1])
        #expect(rows.argmaxOfRows() == [2, 0, 2])
        #expect(Tensor([1, 3, 3, -2, -5, -2], shape: [2, 3]).argmaxOfRows() == [1, 0])
    }

    @Test func invalidLabelsAreRefused() async {
        let label = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.oneHot([0, 3], classes: 3)
        }
        expectMessage("oneHot: label 3 is none of 3 classes", of: label)
        let shape = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2, 3]).crossEntropy(labels: .zeros([3]))
        }
        expectMessage("crossEntropy: logits [2, 3] and labels [3] are not both [n, classes]", of: shape)
    }
}
