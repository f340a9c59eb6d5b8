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

import math

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

LANES = 16  # classes at once
BATCH = 64  # rows whose scores, then whose products are computed: weights or sums stay at hand
_WIDTH = 8  # entries of one vector
_VECTORS = LANES // _WIDTH
_CHAINS = 2  # sums kept apart, so that one addition need not wait for the last
_INT = ir.IntType(64)
_LEAST = -80.0  # exponents below count as this one: nothing becomes denormal
# ln 2 in two parts: the first has so few digits that small integers times it are exact
_LN2_SINGLE = 0.693359375, -2.1219444005469057e-4
_LN2_DOUBLE = 0.6931471803691238, 1.9082149292705877e-10


def _vector(context, pointer):
    return ir.VectorType(context.get_data_type(pointer.dtype), _WIDTH)


def _built_in(builder, vector, name, n_arguments):
    bits = 32 if isinstance(vector.element, ir.FloatType) else 64
    signature = ir.FunctionType(vector, [vector] * n_arguments)
    return cgutils.get_or_insert_function(
        builder.module, signature, f"llvm.{name}.v{_WIDTH}f{bits}"
    )


def _fma(builder, vector):
    return _built_in(builder, vector, "fma", 3)


def _all(vector, value):
    return ir.Constant(vector, [value] * _WIDTH)


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
        vector = _vector(context, signature.args[0])
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


def _combined(builder, vectors, combine):
    """Combine the lanes of some vectors; the result is in every place of the one returned.

    Always in the same order: vector with vector, then halves, quarters and eighths.
    """
    result = vectors[0]
    for other in vectors[1:]:
        result = combine(result, other)
    nothing, places = ir.Constant(result.type, ir.Undefined), ir.VectorType(ir.IntType(32), _WIDTH)
    distance = _WIDTH // 2
    while distance:
        turned = [(place + distance) % _WIDTH for place in range(_WIDTH)]
        order = ir.Constant(places, turned)
        result = combine(result, builder.shuffle_vector(result, nothing, order))
        distance //= 2
    return result


def _larger(builder, x, y):
    return builder.select(builder.fcmp_ordered(">", x, y), x, y)


def _exp(builder, x):
    """Return eˣ of lanes x ≤ 0: 2ⁿ times the Taylor series of what is left, |r| ≤ ½ ln 2."""
    vector = x.type
    single = isinstance(vector.element, ir.FloatType)
    fma, rint = _fma(builder, vector), _built_in(builder, vector, "rint", 1)
    x = _larger(builder, x, _all(vector, _LEAST))
    n = builder.call(rint, [builder.fmul(x, _all(vector, 1 / math.log(2)))])
    r = x
    for part in _LN2_SINGLE if single else _LN2_DOUBLE:
        r = builder.call(fma, [n, _all(vector, -part), r])
    degree = 7 if single else 13
    series = _all(vector, 1 / math.factorial(degree))
    for k in reversed(range(degree)):
        series = builder.call(fma, [series, r, _all(vector, 1 / math.factorial(k))])
    digits, bias = (23, 127) if single else (52, 1023)
    words = ir.VectorType(ir.IntType(32 if single else 64), _WIDTH)
    exponent = builder.fptosi(n, ir.VectorType(ir.IntType(32), _WIDTH))
    exponent = exponent if single else builder.sext(exponent, words)
    exponent = builder.shl(builder.add(exponent, _all(words, bias)), _all(words, digits))
    return builder.fmul(series, builder.bitcast(exponent, vector))


def _shifted(builder, row, intercept, vector):
    """Point to the sixteen scores of a row; return them with the intercept added, too."""
    lanes = _lanes(builder, row, vector)
    others = _lanes(builder, intercept, vector)
    return lanes, [
        builder.fadd(builder.load(lane, align=4), builder.load(other, align=4))
        for lane, other in zip(lanes, others, strict=True)
    ]


def _store_first(builder, pointer, place, vector):
    """Store the first lane, as a double."""
    x = builder.extract_element(vector, ir.Constant(ir.IntType(32), 0))
    if x.type != ir.DoubleType():
        x = builder.fpext(x, ir.DoubleType())
    builder.store(x, builder.gep(pointer, [_INT(place)]))


@intrinsic
def _softmax(typing, row, intercept, facts):
    """row[:16] = softmax(z), z = row + intercept; facts = largest z, Σ exp(z − largest)."""

    def generate(context, builder, signature, arguments):
        row, b, facts = arguments
        vector = _vector(context, signature.args[0])
        lanes, Z = _shifted(builder, row, b, vector)
        largest = _combined(builder, Z, lambda x, y: _larger(builder, x, y))
        E = [_exp(builder, builder.fsub(z, largest)) for z in Z]
        total = _combined(builder, E, builder.fadd)
        scale = builder.fdiv(_all(total.type, 1.0), total)
        for lane, e in zip(lanes, E, strict=True):
            builder.store(builder.fmul(e, scale), lane, align=4)
        _store_first(builder, facts, 0, largest)
        _store_first(builder, facts, 1, total)
        return context.get_dummy_value()

    return types.void(row, intercept, facts), generate


@intrinsic
def _sigmoids(typing, row, intercept, facts):
    """row[:16] = sigmoid(z), z = row + intercept; facts = Σ max(z, 0), Π (1 + exp(−|z|))."""

    def generate(context, builder, signature, arguments):
        row, b, facts = arguments
        vector = _vector(context, signature.args[0])
        lanes, Z = _shifted(builder, row, b, vector)
        wide = ir.VectorType(ir.DoubleType(), _WIDTH)
        zero, one = _all(vector, 0.0), _all(vector, 1.0)
        parts, factors = [], []
        for lane, z in zip(lanes, Z, strict=True):
            above = builder.fcmp_ordered(">", z, zero)
            e = _exp(builder, builder.select(above, builder.fsub(zero, z), z))
            upper = builder.select(above, one, e)
            builder.store(builder.fdiv(upper, builder.fadd(one, e)), lane, align=4)
            parts.append(builder.select(above, z, zero))
            e = e if vector.element == wide.element else builder.fpext(e, wide)
            factors.append(builder.fadd(_all(wide, 1.0), e))
        _store_first(builder, facts, 0, _combined(builder, parts, builder.fadd))
        _store_first(builder, facts, 1, _combined(builder, factors, builder.fmul))
        return context.get_dummy_value()

    return types.void(row, intercept, facts), generate


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
def whole_pass(starts, indices, values, y, row_weights, weights, intercept, one_vs_rest, out, sums):
    """Do all of a pass for up to 16 classes: return the loss of b rows, add to its gradient.

    ``weights`` are (d, 16), ``intercept`` is (16,) with −∞ or nearly that for classes that do not
    exist; ``row_weights`` may be empty. Added to are ``out`` (d, 16) and ``sums`` (16,), float64.
    """
    ix, va = _pointer(indices, 0), _pointer(values, 0)
    w, g = _pointer(weights, 0), _pointer(out, 0)
    few = np.empty((BATCH, LANES), weights.dtype)
    facts = np.empty(2)
    found, shift = _pointer(facts, 0), _pointer(intercept, 0)
    weighted = len(row_weights) > 0
    loss = 0.0
    for first in range(0, len(y), BATCH):
        size = min(BATCH, len(y) - first)
        for i in range(size):
            target = _pointer(few, i * LANES)
            _row_scores(w, ix, va, starts[first + i], starts[first + i + 1], target)
        for i in range(size):
            mine = y[first + i]
            score = few[i, mine] + intercept[mine]
            if one_vs_rest:
                _sigmoids(_pointer(few, i * LANES), shift, found)
            else:
                _softmax(_pointer(few, i * LANES), shift, found)
            few[i, mine] -= 1
            if weighted:
                weight = row_weights[first + i]
                loss += weight * (math.log(facts[1]) + facts[0] - score)
                for k in range(LANES):
                    few[i, k] *= weight
            else:
                loss += math.log(facts[1]) + facts[0] - score
        for i in range(size):
            for k in range(LANES):
                sums[k] += few[i, k]
        for i in range(size):
            source = _pointer(few, i * LANES)
            _row_products(g, ix, va, starts[first + i], starts[first + i + 1], source)
    return loss


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
