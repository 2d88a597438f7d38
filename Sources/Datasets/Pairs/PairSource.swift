import Files
import Foundation
import Images

/// Pairs of images: those at the same index belong together.
public struct PairSource: Sendable {
    /// The path of the pairs, for messages.
    public let path: String
    /// The kind of source, such as "pairs side by side".
    public let kind: String
    /// The first image of each pair.
    public let first: any ImageSource
    /// The second image of each pair.
    public let second: any ImageSource
    /// Images without a partner, which are skipped.
    public let unmatched: [String]

    /// How many pairs there are.
    public var count: Int { first.count }

    /// The same pairs with first and second exchanged.
    public var reversed: PairSource {
        PairSource(path: path, kind: kind, first: second, second: first, unmatched: unmatched)
    }

    static let kindByName = "pairs by name"

    /// The same pairs with other first images.
    func replacingFirst(by first: any ImageSource) -> PairSource {
        PairSource(path: path, kind: kind, first: first, second: second, unmatched: unmatched)
    }

    /// A subset of the pairs, in the given order.
    public func selecting(_ indices: [Int]) -> PairSource {
        PairSource(
            path: path, kind: kind, first: SelectedImages(of: first, indices),
            second: SelectedImages(of: second, indices), unmatched: unmatched)
    }

    /// Pairs of two sources of equal count.
    ///
    /// - Parameters:
    ///   - first: as many as `second`.
    public init(_ first: any ImageSource, _ second: any ImageSource) {
        precondition(first.count == second.count, "a pair is two images")
        self.init(path: first.path, kind: "pairs in memory", first: first, second: second, unmatched: [])
    }

    private init(
        path: String, kind: String, first: any ImageSource, second: any ImageSource, unmatched: [String]
    ) {
        (self.path, self.kind, self.unmatched) = (path, kind, unmatched)
        (self.first, self.second) = (first, second)
    }

    /// Opens the pairs at a path, a folder or a ZIP archive: two folders whose images are matched by name, or a
    /// folder of images that show both halves of a pair, the first on the left and the second on the right.
    ///
    /// The two folders are `path` and `second`, or else subfolders of `path`: `trainA` and `trainB`, `A` and
    /// `B`, `input` and `target`, `labels` and `images`, or the only two there are, in the order of their
    /// names. Names are compared without their extensions.
    ///
    /// - Throws: `DatasetError` that names the file or folder where there are no pairs.
    public static func open(_ path: String, second: String? = nil) throws(DatasetError) -> PairSource {
        let tree = try ImageTree(path)
        if let (one, other) = try tree.domains(second: second) {
            return try matched(path, one.images(), other.images())
        }
        let images = try tree.sheets().images()
        return PairSource(
            path: path, kind: "pairs side by side", first: HalfImages(of: images, .left),
            second: HalfImages(of: images, .right), unmatched: [])
    }

    private static func matched(
        _ path: String, _ first: any ImageFiles, _ second: any ImageFiles
    ) throws(DatasetError) -> PairSource {
        let (ones, others) = (try byStem(first), try byStem(second))
        let pairs = first.files.indices.compactMap { index in
            others[stem(first.files[index])].map { (index, $0) }
        }
        guard !pairs.isEmpty else {
            throw .malformed(
                path: path,
                reason: "no image of \(first.path) has a partner of the same name in \(second.path); the "
                    + "first are named \(first.files[0]) and \(second.files[0])")
        }
        let alone =
            first.files.filter { others[stem($0)] == nil }.map { join(first.path, $0) }
            + second.files.filter { ones[stem($0)] == nil }.map { join(second.path, $0) }
        return PairSource(
            path: path, kind: kindByName, first: SelectedImages(of: first, pairs.map(\.0)),
            second: SelectedImages(of: second, pairs.map(\.1)), unmatched: alone)
    }

    private static func byStem(_ source: any ImageFiles) throws(DatasetError) -> [String: Int] {
        var result: [String: Int] = [:]
        for (index, file) in source.files.enumerated() {
            if let other = result.updateValue(index, forKey: stem(file)) {
                throw .malformed(
                    path: join(source.path, file),
                    reason: "differs from \(source.files[other]) in its ending alone, so that its partner is "
                        + "not certain; rename one of them")
            }
        }
        return result
    }

    private static func stem(_ file: String) -> String {
        file.lastIndex(of: ".").map { String(file[..<$0]) } ?? file
    }

    /// Throws unless the images of every readable pair have the same size.
    ///
    /// - Parameter factor: the scale of the second image relative to the first.
    public func checkSizes(factor: Int = 1) throws(DatasetError) {
        var wrong: [String] = []
        for index in 0..<count {
            guard let one = try? first.header(at: index), let other = try? second.header(at: index) else {
                continue
            }
            if (one.width * factor, one.height * factor) != (other.width, other.height) {
                wrong.append(
                    "\(first.name(at: index)) is \(one.width)x\(one.height), its partner "
                        + "\(other.width)x\(other.height)")
            }
        }
        guard let example = wrong.first else { return }
        throw .malformed(
            path: path,
            reason: "\(wrong.count) of \(count) pairs have images of different sizes: \(example); mend or "
                + "remove them" + (factor == 1 ? ", or stretch all to one size (fit: stretch)" : ""))
    }
}

/// Opens two sets of unpaired images.
///
/// - Parameters:
///   - path: the first folder, or one with two subfolders as in `PairSource.open`.
///   - second: the second folder.
/// - Throws: `DatasetError` that names the folder that is missing or empty.
public func openDomains(
    _ path: String, second: String? = nil
) throws(DatasetError) -> (first: any ImageSource, second: any ImageSource) {
    guard let (one, other) = try ImageTree(path).domains(second: second) else {
        throw .malformed(
            path: path,
            reason:
                "holds one set of images; unpaired images need two: give a folder with the subfolders "
                + "trainA and trainB, or give the second folder as the target")
    }
    return (try one.images(), try other.images())
}

extension ImageTree {
    /// The folders of two sets of images; nil if there is only one.
    ///
    /// - Parameter second: where the second set lies, if it is none of the folders below.
    func domains(second: String? = nil) throws(DatasetError) -> (ImageTree, ImageTree)? {
        if let second { return (self, try ImageTree(second)) }
        let subfolders = try subfolders()
        let known = [
            ("trainA", "trainB"), ("A", "B"), ("input", "target"), ("labels", "images"), ("low", "high"),
        ]
        for (one, other) in known where subfolders.contains(one) && subfolders.contains(other) {
            return (subfolder(one), subfolder(other))
        }
        // The usual parts of one set, not two kinds of images.
        if subfolders.count != 2 || subfolders.contains("train") { return nil }
        return (subfolder(subfolders[0]), subfolder(subfolders[1]))
    }

    /// The folder of images that show both halves of a pair: `train` if there is one.
    fileprivate func sheets() throws(DatasetError) -> ImageTree {
        try subfolders().contains("train") ? subfolder("train") : self
    }
}

/// A subset of a source's images.
struct SelectedImages: ImageSource {
    private let base: any ImageSource
    private let indices: [Int]

    init(of base: any ImageSource, _ indices: [Int]) { (self.base, self.indices) = (base, indices) }

    var path: String { base.path }
    var kind: String { base.kind }
    var count: Int { indices.count }
    var labels: [Int]? { nil }
    var classNames: [String] { [] }
    var notes: [String] { [] }
    func name(at index: Int) -> String { base.name(at: indices[index]) }
    func image(at index: Int) throws -> Image { try base.image(at: indices[index]) }
    func header(at index: Int) throws -> ImageHeader { try base.header(at: indices[index]) }
    func labelMap(at index: Int) throws -> LabelMap { try base.labelMap(at: indices[index]) }

    var stamp: SourceStamp? {
        base.stamp.map { SourceStamp(source: "\($0.source) \(indices)", content: $0.content) }
    }
}

/// The left or the right halves of images.
private struct HalfImages: ImageSource {
    enum Half { case left, right }

    private let base: any ImageSource
    private let half: Half

    var stamp: SourceStamp? {
        base.stamp.map { SourceStamp(source: "\($0.source) \(half)", content: $0.content) }
    }

    init(of base: any ImageSource, _ half: Half) { (self.base, self.half) = (base, half) }

    var path: String { base.path }
    var kind: String { base.kind }
    var count: Int { base.count }
    var labels: [Int]? { nil }
    var classNames: [String] { [] }
    var notes: [String] { [] }
    func name(at index: Int) -> String { base.name(at: index) }

    func image(at index: Int) throws -> Image {
        let whole = try base.image(at: index)
        guard whole.width % 2 == 0 else {
            throw OddWidth(
                description:
                    "is \(whole.width) pixels wide, which does not divide into two images side by side")
        }
        let width = whole.width / 2
        return whole.cropped(x: half == .left ? 0 : width, y: 0, width: width, height: whole.height)
    }

    func header(at index: Int) throws -> ImageHeader { ImageHeader(of: try image(at: index)) }

    private struct OddWidth: Error, CustomStringConvertible {
        let description: String
    }
}
