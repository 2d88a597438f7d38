import Files
import Foundation
import Testing

@Suite struct ProtocolBufferTests {
    /// The examples of the format's own documentation, and numbers as protoc encodes them.
    @Test func `fields are encoded as documented`() {
        func hex(_ build: (inout ProtocolBuffer) -> Void) -> String {
            ProtocolBuffer(build).bytes.map { String(format: "%02x", $0) }.joined()
        }
        #expect(hex { $0.add(1, 150) } == "089601")
        #expect(hex { $0.add(2, "testing") } == "120774657374696e67")
        #expect(hex { $0.add(3) { $0.add(1, 150) } } == "1a03089601")
        #expect(hex { $0.add(20, 1) } == "a00101")
        #expect(hex { $0.add(1, -2) } == "08feffffffffffffffff01")
        #expect(hex { $0.add(2, Float(0.5)) } == "150000003f")
        #expect(hex { $0.add(1, 1.0) } == "09000000000000f03f")
        #expect(hex { $0.add(4, Data()) } == "2200")
    }

    /// RFC 3720, appendix B.4.
    @Test func `checksums are those of the standard's examples`() {
        #expect(CRC32C.checksum(Data("123456789".utf8)) == 0xE306_9283)
        #expect(CRC32C.checksum(Data(repeating: 0, count: 32)) == 0x8A91_36AA)
        #expect(CRC32C.checksum(Data(repeating: 0xFF, count: 32)) == 0x62A8_AB43)
        #expect(CRC32C.checksum(Data(0..<32)) == 0x46DD_794E)
    }
}
