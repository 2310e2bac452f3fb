// tensor.h is a warp's products on tensor cores, as kernels for the host have them: mma.sync of the PTX ISA. What a lane gives is
// placed as there ("Matrix fragments for mma.m16n8k8"), so that a kernel that puts a number in another place computes other sums.
#pragma once
#include "emul.h"

// Rounds to 10 bits behind the point, ties away from zero: cvt.rna.tf32.f32.
static inline uint32_t emul_tf32(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return x != x ? 0x7fffffffu : (bits + 0x1000u) & ~0x1fffu;
}

// Gives lane 8 i + r the task to name 16 bytes, and a lane (g,t) the t-th word of what lane 8 i + g named, for i from 0 to 3:
// ldmatrix.m8n8.x4.
static inline void emul_load_matrices(uint32_t (&own)[4], const float *row, EMUL_LINE) {
  if ((uintptr_t)row % 16) emul_fail(line, "a row of a matrix isn't aligned to 16 bytes");
  uint32_t words[2];
  memcpy(words, &row, sizeof row);
  const emul_deposit *all = emul_exchange(~0u, words, 2, line);
  for (unsigned i = 0; i < 4; i++) {
    const uint32_t *from;
    memcpy(&from, all[8 * i + emul_self->lane / 4], sizeof from);
    own[i] = from[emul_self->lane % 4];
  }
}

// The value of an operand: a tensor core doesn't read the bits behind those of TF32.
static inline double emul_operand(uint32_t bits) {
  float x;
  bits &= ~0x1fffu;
  memcpy(&x, &bits, sizeof x);
  return x;
}

// Adds a (16,8) times b (8,8) to c (16,8), of which the lane has rows g and g + 8 and columns 2t and 2t + 1, with g = lane / 4 and
// t = lane % 4. The sum of the eight products and of what was there is exact to a double's bits, and rounded once; a tensor core
// keeps fewer bits.
static inline void emul_mma_tf32(float (&c)[4], const uint32_t (&a)[4], const uint32_t (&b)[2], EMUL_LINE) {
  const uint32_t words[6] = {a[0], a[1], a[2], a[3], b[0], b[1]};
  const emul_deposit *all = emul_exchange(~0u, words, 6, line);
  const unsigned g = emul_self->lane / 4, t = emul_self->lane % 4;
  for (unsigned i = 0; i < 4; i++) {
    unsigned lower = i / 2, column = 2 * t + i % 2;
    double sum = c[i];
    for (unsigned k = 0; k < 8; k++)
      sum += emul_operand(all[4 * g + k % 4][2 * (k / 4) + lower]) * emul_operand(all[4 * column + k % 4][4 + k / 4]);
    c[i] = float(sum);
  }
}
