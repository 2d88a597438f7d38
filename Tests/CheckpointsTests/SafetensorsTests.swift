import Files
import Foundation
import TestSupport
import Testing

@testable import Checkpoints

@Suite struct SafetensorsTests {
    @Test func `written files are read back`() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/model.safetensors"
            let bytes: [UInt8] = [1, 2, 3]
            let weight: [Float] = [1, -2, 3.5, 0, .infinity, 0x1p-149]
            let metadata = ["config": #"{"size": 64, "text": "\"\\"}"#, "note": "tab\tnewline\né 🦊"]
            try SafetensorsFile.write(
                [
                    TensorEntry(name: "bytes", type: .uint8, shape: [3]) { bytes.withUnsafeBytes($0) },
                    TensorEntry(name: "weight", shape: [2, 3], values: weight),
                    TensorEntry(name: "moments", shape: [2], values: [0.1, 1e300]),
                    TensorEntry(name: "step", shape: [], values: [500]),
                    TensorEntry(name: "seed", shape: [1], values: [UInt64.max]),
                    TensorEntry(name: "empty", shape: [4, 0], values: [Float]()),
                ],
                metadata: metadata, to: path)

            let file = try SafetensorsFile(path: path)
            #expect(file.checksum == .verified)
            #expect(file.metadata == metadata)
            #expect(file.tensors.map(\.name) == ["moments", "step", "seed", "weight", "empty", "bytes"])
            #expect(file["weight"]?.shape == [2, 3])
            #expect(file["weight"]?.type == .float32)
            #expect(file["nothing"] == nil)
            #expect(try file.values("weight") == weight)
            #expect(try file.values("moments") == [0.1, 1e300])
            #expect(try file.values("step") == [500])
            #expect(try file.values("seed") == [UInt64.max])
            #expect(try file.values("bytes") == bytes)
            #expect(try file.values("empty", as: Float.self) == [])
            #expect(try file.values("weight") == weight.map(Double.init))
            #expect(try file.withBytes(of: "bytes") { Array($0) } == bytes)
            try withUnsafeTemporaryAllocation(of: Float.self, capacity: 6) { values in
                try file.read("weight", shape: [2, 3], into: values)
                #expect(values[2] == 3.5)
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["model.safetensors"])
        }
    }

    @Test func `data is aligned and the checksum can be recomputed`() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/model.safetensors"
            try SafetensorsFile.write([TensorEntry(name: "x", shape: [1], values: [Float(1)])], to: path)
            var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
            #expect(bytes.count % 64 == 4)
            let mark = try #require(bytes.firstRange(of: #""sha256":""#.utf8))
            let digest = String(decoding: bytes[mark.upperBound..<mark.upperBound + 64], as: UTF8.self)
            bytes.replaceSubrange(mark.upperBound..<mark.upperBound + 64, with: SHA256.zeroDigits.utf8)
            let hash = SHA256()
            hash.update(bytes)
            #expect(hash.hexadecimal() == digest)
        }
    }

    @Test func `SHA-256 of a known text`() {
        let hash = SHA256()
        hash.update(Array("ab".utf8))
        hash.update(Array("c".utf8))
        // FIPS 180-2, appendix B.1.
        #expect(
            hash.hexadecimal() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test func `a file written by the Python package`() throws {
        var file = try SafetensorsFile(path: Golden.fixture("python_safetensors.safetensors"))
        #expect(file.checksum == .absent)
        try file.verify()
        #expect(file.checksum == .absent)
        #expect(file.metadata["written by"]?.hasPrefix("safetensors") == true)
        #expect(file["float32"]?.shape == [2, 3])
        #expect(try file.values("float32") == [0, 0.5, 1, 1.5, 2, 2.5] as [Float])
        for name in ["float64", "float16", "bfloat16"] {
            #expect(try file.values(name) == [0, 0.5, 1, -2] as [Float], "\(name)")
            #expect(try file.values(name) == [0, 0.5, 1, -2] as [Double], "\(name)")
        }
        for name in ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"] {
            #expect(try file.values(name) == [0, 1, 100] as [Int], "\(name)")
        }
        #expect(file["bool"]?.type == .bool)
        #expect(file["a name with \"quotes\" and é"]?.shape == [])
        #expect(file["empty"]?.shape == [0, 5])
    }

    @Test func `a reading that does not fit names tensor, expected and found`() throws {
        let path = Golden.fixture("python_safetensors.safetensors")
        let file = try SafetensorsFile(path: path)
        #expect(throws: CheckpointError(path: path, .missingTensor("nothing"))) {
            try file.values("nothing", as: Float.self)
        }
        #expect(
            throws: CheckpointError(
                path: path, .unexpectedType(tensor: "tensor \"int64\"", expected: "F32", found: "I64"))
        ) { try file.values("int64", as: Float.self) }
        #expect(
            throws: CheckpointError(
                path: path, .unexpectedType(tensor: "tensor \"float32\"", expected: "I64", found: "F32"))
        ) { try file.values("float32", as: Int.self) }
        // 300 fits in no byte.
        #expect(throws: CheckpointError.self) { try file.values("large", as: UInt8.self) }
        #expect(try file.values("large") == [300])
        var values: [Float] = [0]
        #expect(
            throws: CheckpointError(
                path: path,
                .unexpectedShape(tensor: "tensor \"float32\"", expected: [1], found: [2, 3]))
        ) { try values.withUnsafeMutableBufferPointer { try file.read("float32", shape: [1], into: $0) } }
    }
}

@Suite struct DamagedSafetensorsTests {
    /// Writes the bytes to a file and opens it.
    private func open(_ bytes: [UInt8]) throws -> SafetensorsFile {
        try withTemporaryFolder { folder in
            let path = folder + "/damaged.safetensors"
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            return try SafetensorsFile(path: path)
        }
    }

    private func problem(_ bytes: [UInt8]) -> CheckpointError.Problem? {
        do {
            _ = try open(bytes)
            return nil
        } catch {
            return (error as? CheckpointError)?.problem
        }
    }

    private func problem(json: String, data: Int = 8) -> CheckpointError.Problem? {
        problem(
            withUnsafeBytes(of: UInt64(json.utf8.count), Array.init) + Array(json.utf8)
                + [UInt8](repeating: 0, count: data))
    }

    private func small() throws -> [UInt8] {
        try withTemporaryFolder { folder in
            let path = folder + "/small.safetensors"
            try SafetensorsFile.write(
                [
                    TensorEntry(name: "a", shape: [2], values: [1, 2] as [Float]),
                    TensorEntry(name: "b", shape: [3], values: [1, 2, 3] as [UInt8]),
                ], metadata: ["format": "1"], to: path)
            return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        }
    }

    @Test func `every truncation is refused`() throws {
        let bytes = try small()
        #expect(problem(bytes) == nil)
        for count in 0..<bytes.count {
            switch problem(Array(bytes[..<count])) {
            case .malformed where count <= 8: break
            case .truncated where count > 8: break
            case let other: Issue.record("\(count) bytes: \(String(describing: other))")
            }
        }
        #expect(problem(bytes + [0]) == .malformed(format: "safetensors", "1 bytes follow the last tensor"))
    }

    @Test func `no flipped bit passes as verified`() throws {
        let bytes = try small()
        for index in bytes.indices {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[index] ^= 1 << bit
                // A damaged name of the checksum itself leaves a file without one.
                if let file = try? open(damaged) {
                    #expect(file.checksum == .absent, "bit \(bit) of byte \(index)")
                }
            }
        }
        var damaged = bytes
        damaged[bytes.count - 1] ^= 1
        #expect(problem(damaged) == .checksumMismatch)
    }

    @Test func `a checksum can be compared later`() throws {
        try withTemporaryFolder { folder in
            var bytes = try small()
            let path = folder + "/small.safetensors"
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            var file = try SafetensorsFile(path: path, verifying: false)
            #expect(file.checksum == .unverified)
            try file.verify()
            #expect(file.checksum == .verified)

            bytes[bytes.count - 1] ^= 1
            try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
            file = try SafetensorsFile(path: path, verifying: false)
            #expect(throws: CheckpointError(path: path, .checksumMismatch)) { try file.verify() }
        }
    }

    @Test func `impossible data`() {
        func tensor(_ name: String, _ shape: String, _ begin: Int, _ end: Int) -> String {
            #""\#(name)":{"dtype":"F32","shape":\#(shape),"data_offsets":[\#(begin),\#(end)]}"#
        }
        #expect(problem(json: "{\(tensor("a", "[2]", 0, 8))}") == nil)
        #expect(
            problem(json: "{\(tensor("a", "[2]", 0, 8)),\(tensor("b", "[1]", 4, 8))}")
                == .invalidTensor("b", "its data overlaps that of \"a\""))
        #expect(
            problem(json: "{\(tensor("a", "[1]", 4, 8))}")
                == .invalidTensor("a", "4 unused bytes before its data"))
        #expect(
            problem(json: "{\(tensor("a", "[1]", 0, 8))}")
                == .invalidTensor("a", "F32 [1] takes 4 bytes, its data_offsets give 8"))
        #expect(
            problem(json: "{\(tensor("a", "[2305843009213693952,2]", 0, 0))}", data: 0)
                == .invalidTensor("a", "shape [2305843009213693952, 2] is too large"))
        #expect(
            problem(json: "{\(tensor("a", "[1000000000000]", 0, 4_000_000_000_000))}")
                == .truncated(expected: 4_000_000_000_000, found: 8))
        #expect(problem(json: "{}") == .malformed(format: "safetensors", "8 bytes follow the last tensor"))
        #expect(problem(json: "{}", data: 0) == nil)
    }

    @Test(arguments: [
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#,
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}"#,
        #"{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#,
        #"{"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}"#,
        #"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]}}"#,
        #"{"a":{"dtype":"F33","shape":[2],"data_offsets":[0,8]}}"#,
        #"{"a":{"dtype":"F32","data_offsets":[0,8]}}"#,
        #"{"a":{"dtype":"F32","dtype":"I32","shape":[2],"data_offsets":[0,8]}}"#,
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"more":1}}"#,
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"#
            + #""a":{"dtype":"F32","shape":[0],"data_offsets":[8,8]}}"#,
        #"{"__metadata__":{"k":"1","k":"2"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
        #"{"__metadata__":{"k":1},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}"#,
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}}"#,
        #"{"a\x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
        #"{"a\ud83d":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
        #"{"a":[1]}"#, "{", "{\"", "{1}", "[]", "{}{}",
    ])
    func `malformed headers`(json: String) {
        guard case .malformed = problem(json: json) else {
            Issue.record("\(json): \(String(describing: problem(json: json)))")
            return
        }
    }

    @Test func `escapes in names`() throws {
        let json = #"{"\ud83e\udd8a\u00e9\n\/":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}"#
        let file = try open(withUnsafeBytes(of: UInt64(json.utf8.count), Array.init) + Array(json.utf8))
        #expect(file.tensors.map(\.name) == ["🦊é\n/"])
    }

    @Test func `a header of huge length`() {
        let hundredMillion = withUnsafeBytes(of: UInt64(100_000_000), Array.init)
        #expect(problem(hundredMillion + Array("{}".utf8)) == .truncated(expected: 100_000_008, found: 10))
        for length in [100_000_001, UInt64.max] {
            guard
                case .malformed = problem(withUnsafeBytes(of: length, Array.init) + Array("{}".utf8))
            else {
                Issue.record("\(length) accepted")
                return
            }
        }
    }

    @Test func `other files`() {
        guard case .malformed = problem(Array("Dear diary, this is no checkpoint.".utf8)),
            case .malformed = problem([])
        else {
            Issue.record("text or an empty file taken for a checkpoint")
            return
        }
    }

    @Test(arguments: [
        ("/nowhere/model.safetensors", FileError.Problem.cannotRead(errno: ENOENT)),
        ("/dev/null/model.safetensors", .cannotRead(errno: ENOTDIR)),
        ("/dev/zero", .notAFile),
        ("/tmp", .notAFile),
    ])
    func `paths that lead nowhere`(path: String, problem: FileError.Problem) {
        #expect(throws: CheckpointError(path: path, .file(problem))) { try SafetensorsFile(path: path) }
    }

    @Test func `paths that cannot be written`() {
        let error = FileError(path: "/tmp", .notAFile)
        #expect(throws: error) { try SafetensorsFile.write([], to: "/tmp") }
        #expect(throws: error) { try NumpyArray(shape: [1], values: [1.0]).write(to: "/tmp") }
    }

    @Test func `errors say what to do`() {
        #expect(
            CheckpointError(path: "a.safetensors", .file(.cannotRead(errno: ENOENT))).description
                == "cannot read a.safetensors: there is no such file; check the path")
        #expect(
            CheckpointError(path: "a.safetensors", .truncated(expected: 80, found: 10)).description
                == "a.safetensors is cut off: 80 bytes expected, 10 found; copy or download it again")
    }
}
