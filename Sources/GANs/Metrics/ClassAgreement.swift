import Tensors

/// Whether a classifier puts images that were generated of a class into it.
public struct ClassAgreement: Hashable, Sendable {
    /// Of the classes that images were generated of.
    public let classNames: [String]
    /// Generated images of each class, and those that the classifier puts into it.
    public let generated: ClassScores

    /// Generates images of each class, some at a time so that memory stays small, and classifies them.
    ///
    /// - Shapes: what `generate` gives is `[n, height, width, channels]` in [-1, 1].
    /// - Parameters:
    ///   - perClass: how many images of each class.
    ///   - classNames: of the generator, in the order of its labels; all known to the classifier.
    ///   - progress: told how many images are done.
    ///   - generate: an image for each label; `samples` tells the images of all calls apart.
    public init(
        perClass: Int, classNames: [String], classifier: ImageClassifier,
        progress: (_ done: Int) -> Void = { _ in },
        generate: (_ labels: [Int], _ samples: Range<Int>) -> Tensor
    ) {
        let known = classifier.indices(of: classNames)
        var scores = ClassScores(classes: classNames.count)
        let total = perClass * classNames.count
        for samples in (0..<total).pieces(of: ImageClassifier.atATime) {
            let labels = samples.map { $0 / perClass }
            let images = generate(labels, samples)
            for (label, found) in zip(labels, classifier.classes(of: images)) {
                scores.add(label, isMatch: found == known[label])
            }
            progress(samples.upperBound)
        }
        self.classNames = classNames
        generated = scores
    }
}
