import Files
import Foundation
import TestSupport
import Testing

@testable import Checkpoints

@Suite struct NumpyArrayTests {
    @Test func `written files are read back`() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/array.npy"
            for shape in [[], [6], [2, 3], [1, 2, 1, 3], [0, 4]] {
                let values = (0..<shape.reduce(1, *)).map { Float($0) / 3 }
                try NumpyArray(shape: shape, values: values).write(to: path)
                let array = try NumpyArray(path: path)
                #expect(array.shape == shape)
                #expect(array.type == .float32)
                #expect(try array.values() == values)
                #expect(try Data(contentsOf: URL(fileURLWithPath: path)).count == 128 + 4 * values.count)
            }
            try NumpyArray(shape: [2], values: [1, -2]).write(to: path)
            #expect(try NumpyArray(path: path).values() == [1, -2])
            try NumpyArray(shape: [2], values: [1, 255] as [UInt8]).write(to: path)
            #expect(try NumpyArray(path: path).values() == [1, 255] as [UInt8])
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["array.npy"])
        }
    }

    @Test func `the bytes NumPy writes`() throws {
        try withTemporaryFolder { folder in
            let values: [Float] = [0, 0.5, 1, 1.5, 2, 2.5]
            try NumpyArray(shape: [2, 3], values: values).write(to: folder + "/own.npy")
            #expect(
                try Data(contentsOf: URL(fileURLWithPath: folder + "/own.npy"))
                    == Data(contentsOf: URL(fileURLWithPath: Golden.fixture("numpy_float32.npy"))))
        }
    }

    @Test func `pieces give the same file as the whole, once all are there`() throws {
        try withTemporaryFolder { folder in
            let values = (0..<24).map { UInt8($0) }
            try NumpyArray(shape: [2, 3, 4], values: values).write(to: folder + "/whole.npy")
            var writer = try NumpyWriter(path: folder + "/pieces.npy", shape: [2, 3, 4], type: .uint8)
            try writer.append(Array(values[..<5]))
            try values[5...].withUnsafeBytes { bytes in try writer.append(bytes) }
            #expect(!FileManager.default.fileExists(atPath: folder + "/pieces.npy"))
            try writer.commit()
            #expect(
                FileManager.default.contents(atPath: folder + "/pieces.npy")
                    == FileManager.default.contents(atPath: folder + "/whole.npy"))
        }
    }

    @Test func `an array without all its pieces leaves nothing behind`() throws {
        try withTemporaryFolder { folder in
            do {
                var writer = try NumpyWriter(path: folder + "/part.npy", shape: [9], type: .uint8)
                try writer.append([1, 2, 3])
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        }
    }

    @Test func `an array that is not full is not put in place`() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            try withTemporaryFolder { folder in
                try NumpyWriter(path: folder + "/part.npy", shape: [9], type: .uint8).commit()
            }
        }
        expectMessage("0 bytes do not fill an array of 9", of: result)
    }

    @Test(arguments: ["numpy_float32", "numpy_float32_version2", "numpy_float32_version3"])
    func `all versions of the format`(name: String) throws {
        let array = try NumpyArray(path: Golden.fixture("\(name).npy"))
        #expect(array.shape == [2, 3])
        #expect(try array.values() == [0, 0.5, 1, 1.5, 2, 2.5] as [Float])
    }

    @Test func `types NumPy writes`() throws {
        let bytes = try NumpyArray(path: Golden.fixture("numpy_uint8.npy"))
        #expect(bytes.shape == [1, 2, 2, 3])
        #expect(try bytes.values() == Array(0..<12) as [UInt8])
        #expect(try bytes.bytes(in: 3..<12) == Array(3..<12))
        #expect(try NumpyArray(path: Golden.fixture("numpy_int64.npy")).values() == [3, -1, 4])
        #expect(throws: CheckpointError.self) { try bytes.values(as: Float.self) }
    }

    private func problem(
        header: String, data: Int = 24, version: [UInt8] = [1, 0]
    ) -> CheckpointError.Problem? {
        let length = UInt16(header.utf8.count)
        return problem(
            [0x93] + Array("NUMPY".utf8) + version + [UInt8(length & 0xFF), UInt8(length >> 8)]
                + Array(header.utf8) + [UInt8](repeating: 0, count: data))
    }

    private func problem(_ bytes: [UInt8]) -> CheckpointError.Problem? {
        do {
            try withTemporaryFolder { folder in
                try AtomicFile.write(bytes, to: folder + "/array.npy")
                _ = try NumpyArray(path: folder + "/array.npy")
            }
            return nil
        } catch {
            return (error as? CheckpointError)?.problem
        }
    }

    @Test func `impossible sizes`() {
        let start = "{'descr': '<f4', 'fortran_order': False, 'shape': "
        #expect(problem(header: start + "(2, 3), }\n") == nil)
        #expect(problem(header: start + "(2, 3)}") == nil)
        #expect(
            problem(header: start + "(1000000, 1000000), }")
                == .truncated(expected: 4_000_000_000_000, found: 24))
        guard case .malformed = problem(header: start + "(9223372036854775807, 2), }"),
            case .malformed = problem(header: start + "(2, 2), }"),
            case .malformed = problem(header: start + "(2, 3), }", version: [4, 0])
        else {
            Issue.record("an array that cannot be was accepted")
            return
        }
    }

    @Test(arguments: [
        "{'descr': '>f4', 'fortran_order': False, 'shape': (2, 3), }",
        "{'descr': '|O', 'fortran_order': False, 'shape': (2, 3), }",
        "{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (2, 3), }",
        "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-2, 3), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2 3), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)} x",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3),",
        "{'descr': '<f4', 'fortran_order': False}", "{'descr", "", "import os",
    ])
    func `malformed headers`(header: String) {
        guard case .malformed = problem(header: header) else {
            Issue.record("\(header): \(String(describing: problem(header: header)))")
            return
        }
    }

    @Test func `every truncation is refused`() throws {
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: Golden.fixture("numpy_int64.npy"))))
        #expect(problem(bytes) == nil)
        for count in 0..<bytes.count {
            #expect(problem(Array(bytes[..<count])) != nil, "\(count) bytes")
        }
    }
}
