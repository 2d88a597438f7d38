import TestSupport

extension MadeArchive {
    /// As PyTorch lays a file out.
    init(pickle: [UInt8], data: [UInt8]) {
        self.init([Entry("made/data.pkl", pickle), Entry("made/data/0", data)])
    }
}
