import Images
import Tensors

extension LatentArithmetic {
    /// The calculation as a figure: for each term its samples and below them the image of their mean, then
    /// the result, and the result among eight neighbors.
    ///
    /// - Source: Radford et al. 2015, figure 7.
    public func figure(in space: LatentSpace) -> Image {
        let columns = terms.enumerated().map { place, term in
            ArithmeticFigure.Column(
                caption: term.name, operation: term.operation(isFirst: place == 0),
                samples: space.images(of: term.latents), mean: space.images(of: term.mean)[0])
        }
        // Read as a word is: four neighbors, the result itself, four more.
        let around = neighbors(8)
        let nine = Tensor.concatenated(
            [around.sliced(axis: 0, 0..<4), result, around.sliced(axis: 0, 4..<8)], axis: 0)
        return ArithmeticFigure(columns: columns, results: space.images(of: nine)).drawn()
    }
}

extension LatentArithmetic.Term {
    /// The sign and factor before the term: `-`, `+ 2 x` and the like.
    fileprivate func operation(isFirst: Bool) -> String {
        let sign = factor < 0 ? "-" : isFirst ? "" : "+"
        guard factor.magnitude != 1 else { return sign }
        let hundredths = (factor.magnitude * 100).rounded() / 100
        let number = hundredths == hundredths.rounded() ? "\(Int(hundredths))" : "\(hundredths)"
        return sign + (sign.isEmpty ? "" : " ") + number + " x"
    }
}
