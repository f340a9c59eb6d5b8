"""Compiled loops over the non-zero entries of rows, for sixteen classes at once.

Four fifths of the pixels of handwriting are zero. A matrix product reads and multiplies them all;
these loops touch the others only, and each one's products with the weights of sixteen classes are
two vector instructions. Vectors are written out in LLVM's terms, since a compiler must assume that
weights and sums overlap in memory and would take one class at a time.

Needs Numba; `linocut.solve.compact` decides whether it is used.
"""
# The functions below are compiled or write code: their arguments have no Python types.
# mypy: ignore-errors

from __future__ import annotations

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

LANES = 16  # classes at once
_WIDTH = 8  # entries of one vector
_VECTORS = LANES // _WIDTH
_CHAINS = 2  # sums kept apart, so that one addition need not wait for the last
_INT = ir.IntType(64)


def _vector(context, pointer):
    return ir.VectorType(context.get_data_type(pointer.dtype), _WIDTH)


def _fma(builder, vector):
    bits = 32 if isinstance(vector.element, ir.FloatType) else 64
    signature = ir.FunctionType(vector, [vector] * 3)
    return cgutils.get_or_insert_function(builder.module, signature, f"llvm.fma.v{_WIDTH}f{bits}")


def _lanes(builder, pointer, vector, column=None):
    """Point to the vectors of one column of sixteen."""
    start = ir.Constant(_INT, 0) if column is None else builder.mul(column, _INT(LANES))
    return [
        builder.bitcast(builder.gep(pointer, [builder.add(start, _INT(v * _WIDTH))]),
                        vector.as_pointer())
        for v in range(_VECTORS)
    ]  # fmt: skip


def _entry(builder, indices, values, t, types_, vector):
    """Load entry t: its column as an integer, its value in all places of a vector."""
    index_type, value_type = types_
    widen = builder.sext if index_type.signed else builder.zext
    column = builder.load(builder.gep(indices, [t]))
    if column.type != _INT:
        column = widen(column, _INT)
    x = builder.load(builder.gep(values, [t]))
    if isinstance(value_type, types.Integer):
        x = builder.uitofp(x, vector.element)
    elif x.type != vector.element:
        narrow = isinstance(vector.element, ir.FloatType)
        x = (builder.fptrunc if narrow else builder.fpext)(x, vector.element)
    nothing = ir.Constant(vector, ir.Undefined)
    first = builder.insert_element(nothing, x, ir.Constant(ir.IntType(32), 0))
    everywhere = ir.Constant(ir.VectorType(ir.IntType(32), _WIDTH), [0] * _WIDTH)
    return column, builder.shuffle_vector(first, nothing, everywhere)


@intrinsic
def _row_scores(typing, weights, indices, values, start, end, out):
    """out[:16] = Σ_t values[t] · weights[indices[t], :16]."""

    def generate(context, builder, signature, arguments):
        w, ix, va, begin, stop, target = arguments
        vector, fma = _vector(context, signature.args[0]), None
        fma = _fma(builder, vector)
        kinds = signature.args[1].dtype, signature.args[2].dtype
        zero = ir.Constant(vector, [0.0] * _WIDTH)
        sums = [
            [cgutils.alloca_once_value(builder, zero) for _ in range(_VECTORS)]
            for _ in range(_CHAINS)
        ]
        # A function's allocations are hoisted to its entry: each row must clear them itself.
        for chain in sums:
            for place in chain:
                builder.store(zero, place)

        def add(t, chain):
            column, x = _entry(builder, ix, va, t, kinds, vector)
            for place, lane in zip(chain, _lanes(builder, w, vector, column), strict=True):
                product = builder.call(fma, [x, builder.load(lane, align=4), builder.load(place)])
                builder.store(product, place)

        rounds = builder.udiv(builder.sub(stop, begin), _INT(_CHAINS))
        with cgutils.for_range(builder, rounds) as loop:
            t = builder.add(begin, builder.mul(loop.index, _INT(_CHAINS)))
            for u, chain in enumerate(sums):
                add(builder.add(t, _INT(u)), chain)
        rest = builder.add(begin, builder.mul(rounds, _INT(_CHAINS)))
        with cgutils.for_range(builder, builder.sub(stop, rest)) as loop:
            add(builder.add(rest, loop.index), sums[0])
        for v, lane in enumerate(_lanes(builder, target, vector)):
            total = builder.load(sums[0][v])
            for chain in sums[1:]:
                total = builder.fadd(total, builder.load(chain[v]))
            builder.store(total, lane, align=4)
        return context.get_dummy_value()

    return types.void(weights, indices, values, start, end, out), generate


@intrinsic
def _row_products(typing, sums, indices, values, start, end, residuals):
    """sums[indices[t], :16] += values[t] · residuals[:16] for all t."""

    def generate(context, builder, signature, arguments):
        g, ix, va, begin, stop, r = arguments
        vector = _vector(context, signature.args[0])
        fma = _fma(builder, vector)
        kinds = signature.args[1].dtype, signature.args[2].dtype
        factors = [builder.load(lane, align=4) for lane in _lanes(builder, r, vector)]
        with cgutils.for_range(builder, builder.sub(stop, begin)) as loop:
            column, x = _entry(builder, ix, va, builder.add(begin, loop.index), kinds, vector)
            lanes = _lanes(builder, g, vector, column)
            before = [builder.load(lane, align=4) for lane in lanes]
            for lane, factor, old in zip(lanes, factors, before, strict=True):
                builder.store(builder.call(fma, [x, factor, old]), lane, align=4)
        return context.get_dummy_value()

    return types.void(sums, indices, values, start, end, residuals), generate


@intrinsic
def _pointer(typing, array, offset):
    """Point to the entry of a contiguous array that lies ``offset`` after its first."""

    def generate(context, builder, signature, arguments):
        data = cgutils.create_struct_proxy(signature.args[0])(context, builder, arguments[0]).data
        return builder.gep(data, [arguments[1]])

    return types.CPointer(array.dtype)(array, offset), generate


@njit(nogil=True, cache=True)
def scores(starts, indices, values, weights, Z):
    """Set Z (K, b) to the scores of b rows for weights (chunks, d, 16)."""
    chunks, d, _ = weights.shape
    K, b = Z.shape
    ix, va = _pointer(indices, 0), _pointer(values, 0)
    row = np.empty(LANES, Z.dtype)
    target = _pointer(row, 0)
    for c in range(chunks):
        w = _pointer(weights, c * d * LANES)
        first = c * LANES
        used = min(LANES, K - first)
        for i in range(b):
            _row_scores(w, ix, va, starts[i], starts[i + 1], target)
            for k in range(used):
                Z[first + k, i] = row[k]


@njit(nogil=True, cache=True)
def products(starts, indices, values, R, out):
    """Add to out (chunks, d, 16) the products of b rows and residuals R (K, b)."""
    chunks, d, _ = out.shape
    K, b = R.shape
    ix, va = _pointer(indices, 0), _pointer(values, 0)
    row = np.zeros(LANES, R.dtype)
    residuals = _pointer(row, 0)
    for c in range(chunks):
        g = _pointer(out, c * d * LANES)
        first = c * LANES
        used = min(LANES, K - first)
        row[used:] = 0
        for i in range(b):
            for k in range(used):
                row[k] = R[first + k, i]
            _row_products(g, ix, va, starts[i], starts[i + 1], residuals)


@njit(nogil=True, cache=True)
def compact(rows, words, starts, indices, values):
    """Write the non-zero entries of rows (b, d); ``words`` are their memory, eight bytes at a time.

    ``indices`` and ``values`` need one place more than there are entries: each entry is written,
    and kept if it is not zero, which is faster than asking first.
    """
    found = 0
    b, d = rows.shape
    whole = words.shape[1]
    each = d // whole if whole else 0
    for i in range(b):
        for q in range(whole):
            if words[i, q] != 0:
                for j in range(each * q, each * q + each):
                    indices[found] = j
                    values[found] = rows[i, j]
                    found += rows[i, j] != 0
        for j in range(each * whole, d):
            indices[found] = j
            values[found] = rows[i, j]
            found += rows[i, j] != 0
        starts[i + 1] = found
