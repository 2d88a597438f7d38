/// Seeds and classes of a sheet of images of a conditional generator: a row a class, the same latents
/// down a column.
package struct ClassSheet: Sendable {
    package let seeds: [UInt64]
    package let labels: [Int]
    package let columns: Int

    package init(classes: [Int], seeds: [UInt64]) {
        self.seeds = classes.flatMap { _ in seeds }
        labels = classes.flatMap { label in seeds.map { _ in label } }
        columns = seeds.count
    }
}

extension Conditioning {
    /// The label of a class.
    ///
    /// - Throws: `ConfigurationError` that lists the classes if there is none of that name.
    package func label(of name: String) throws(ConfigurationError) -> Int {
        guard let label = classes.firstIndex(of: name) else {
            throw ConfigurationError(
                "there is no class \"\(name)\"; classes are \(classes.joined(separator: ", "))")
        }
        return label
    }
}
