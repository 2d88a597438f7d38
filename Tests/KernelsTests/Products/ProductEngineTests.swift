import TestSupport
import Testing

@testable import Kernels

@Suite struct ProductEngineTests {
    private func name(
        _ asked: String?, hasTiles: Bool, isInstalled: Bool
    ) throws(ProductEngine.Unavailable) -> String {
        let installed = isInstalled ? OpenBLAS() : nil
        return switch try ProductEngine.chosen(by: asked, hasTiles: hasTiles, opening: { installed }) {
        case .tiles: "tiles"
        case .openBLAS: "openblas"
        }
    }

    @Test func `tiles serve where there are tiles for the processor`() throws {
        #expect(try name(nil, hasTiles: true, isInstalled: true) == "tiles")
        #expect(try name("", hasTiles: true, isInstalled: true) == "tiles")
        #expect(try name("tiles", hasTiles: false, isInstalled: true) == "tiles")
        #expect(try name(nil, hasTiles: false, isInstalled: false) == "tiles")
    }

    @Test(.enabled(if: OpenBLAS() != nil, "OpenBLAS is not installed"))
    func `OpenBLAS serves other processors, and where it is asked for`() throws {
        #expect(try name(nil, hasTiles: false, isInstalled: true) == "openblas")
        #expect(try name("openblas", hasTiles: true, isInstalled: true) == "openblas")
    }

    @Test func `what cannot be had is said`() {
        let missing = #expect(throws: ProductEngine.Unavailable.self) {
            try name("openblas", hasTiles: true, isInstalled: false)
        }
        #expect(missing?.description.contains("libopenblas.so.0 cannot be opened. Install it") == true)
        let unknown = #expect(throws: ProductEngine.Unavailable.self) {
            try name("mkl", hasTiles: true, isInstalled: true)
        }
        #expect(unknown?.description == "GAN_GEMM is tiles or openblas, not mkl.")
    }
}
