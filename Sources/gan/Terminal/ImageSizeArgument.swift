import ArgumentParser
import GANs

extension ImageSize: ExpressibleByArgument {}

extension ImageSizes {
    /// What `--size` may be.
    ///
    /// - Parameter what: of which it is the size.
    func help(of what: String) -> String {
        "Size of the \(what) in pixels, such as 64, or width and height as in 64x96: \(self)"
    }
}
