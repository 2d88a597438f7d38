import CLoops
import Foundation

/// What computes matrix products: tiles of this project's own, for processors with AVX2 or AVX-512, and OpenBLAS for
/// others, where it is installed.
///
/// Either gives the same bits with any number of threads, but not the same as the other.
public enum ProductEngine: Sendable {
    /// This project's own.
    case tiles
    /// The library.
    case openBLAS(OpenBLAS)

    /// The environment's variable that chooses one: `tiles` or `openblas`.
    static let variable = "GAN_GEMM"

    /// What was asked for cannot be had, in a sentence that says what can.
    public struct Unavailable: Error, CustomStringConvertible {
        /// The sentence.
        public let description: String
    }

    static func chosen(
        by name: String?, hasTiles: Bool, opening open: () -> OpenBLAS? = OpenBLAS.init
    ) throws(Unavailable) -> ProductEngine {
        switch name {
        case nil, "": return hasTiles ? .tiles : open().map { .openBLAS($0) } ?? .tiles
        case "tiles": return .tiles
        case "openblas":
            guard let library = open() else {
                throw Unavailable(
                    description: "\(variable)=openblas, but \(OpenBLAS.fileName) cannot be opened. "
                        + "Install it (Debian: libopenblas0), or leave \(variable) out.")
            }
            return .openBLAS(library)
        case let other?:
            throw Unavailable(description: "\(variable) is tiles or openblas, not \(other).")
        }
    }

    private static let choice = Result { () throws(Unavailable) in
        try chosen(by: ProcessInfo.processInfo.environment[variable], hasTiles: loop_has_tiles() != 0)
    }

    /// Says early what would otherwise end the program at its first product: that what `GAN_GEMM` asks for cannot be had.
    public static func validate() throws(Unavailable) { _ = try choice.get() }

    static var current: ProductEngine {
        switch choice {
        case .success(let engine): engine
        case .failure(let error): fatalError(error.description)
        }
    }
}
