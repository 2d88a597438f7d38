/// What a pickle may name.
///
/// Nothing of it is run: each name stands for how what follows it is read. All other names are refused, so that a file
/// cannot ask for more than tensors, containers and numbers.
///
/// - Source: what PyTorch's `torch/_utils.py` and `torch/storage.py` and NVlabs' `torch_utils/persistence.py` write.
enum PickleGlobal {
    case dictionary
    /// Made of storage, offset, sizes and strides, and of storage without a type with the elements' type, too.
    case tensor, typedTensor
    /// Made of a tensor, whether it is trained, and hooks.
    case parameter
    /// A type of storage; nil for one of bytes.
    case storage(ElementType?)
    case elementType(ElementType)
    /// Made of the bytes of a file of one storage.
    case storageBytes
    /// Made of a tuple of extents.
    case size
    /// Made of a dictionary with the state of a network's part, and its source code, which is not looked at.
    case module
    /// What has no part in a network's state.
    case other

    init?(_ name: String) {
        guard let known = Self.known[name] else { return nil }
        self = known
    }

    private static let known: [String: PickleGlobal] = {
        var known: [String: PickleGlobal] = [
            "collections.OrderedDict": .dictionary, "dnnlib.util.EasyDict": .dictionary,
            "torch._utils._rebuild_tensor": .tensor, "torch._utils._rebuild_tensor_v2": .tensor,
            "torch._utils._rebuild_tensor_v3": .typedTensor, "torch._utils._rebuild_parameter": .parameter,
            "torch.storage.UntypedStorage": .storage(nil), "torch.storage._load_from_bytes": .storageBytes,
            "torch.Size": .size, "torch_utils.persistence._reconstruct_persistent_obj": .module,
        ]
        let types: [(storage: String, name: String, type: ElementType)] = [
            ("Double", "float64", .float64), ("Float", "float32", .float32), ("Half", "float16", .float16),
            ("BFloat16", "bfloat16", .bfloat16), ("Long", "int64", .int64), ("Int", "int32", .int32),
            ("Short", "int16", .int16), ("Char", "int8", .int8), ("Byte", "uint8", .uint8),
            ("Bool", "bool", .bool),
        ]
        for entry in types {
            known["torch.\(entry.storage)Storage"] = .storage(entry.type)
            known["torch.\(entry.name)"] = .elementType(entry.type)
        }
        let others = [
            "_codecs.encode", "builtins.set", "__builtin__.set", "torch.device", "numpy.dtype",
            "numpy.ndarray", "numpy.core.multiarray.scalar", "numpy.core.multiarray._reconstruct",
            "numpy._core.multiarray.scalar", "numpy._core.multiarray._reconstruct",
        ]
        for name in others { known[name] = .other }
        return known
    }()
}
