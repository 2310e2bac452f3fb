// Package kernel computes: float32 operations of a language model's training, with the same bits on every processor.
//
// Backend is what a trainer runs on: opaque buffers, and fused operations with their backward twins that a device
// enqueues. CPU is the backend for processors. Below it stand plain functions on slices: the matrix product, whose
// inner block has assembly for AVX-512 and AVX2 beside its plain Go twin, and exp, log, sin and cos as polynomials.
//
// The bits of a result depend on nothing but the operands: not on the processor, the number of threads, or the vector
// width. Every element of a product is one chain of fused multiply-adds in index order; sums over a row are a fixed
// tree of 16 lanes; work is split over outputs, never over a sum, or over documents, whose gradients add up in their
// order; products are rounded explicitly where they must not be fused, since Go fuses x*y+z on some processors. What
// changes bits changes NumericsID.
package kernel

// NumericsID names the arithmetic of the CPU backend. It is part of every cell's key.
const NumericsID = "cpu/1"
