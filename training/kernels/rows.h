// What the kernels for channels-last tensors share: numbers of both types, and sums over the rows of a table of channels.

#pragma once

#include <ATen/Parallel.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <vector>

// Rows whose values are summed in float32 before the sums go to float64.
constexpr int64_t kRows = 128;

inline float number(float value) { return value; }

// Of a bfloat16.
inline float number(uint16_t value) {
  const uint32_t bits = static_cast<uint32_t>(value) << 16;
  float result;
  std::memcpy(&result, &bits, sizeof bits);
  return result;
}

inline void store(float& target, float value) { target = value; }

// To the nearest bfloat16, ties to even, as PyTorch rounds.
inline void store(uint16_t& target, float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof value);
  target = static_cast<uint16_t>((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

// sums (count x width) = what add_row(row, part) adds for each row from begin to end to a part of their shape, in one thread.
template <typename AddRow>
std::vector<double> sum_rows(int64_t begin, int64_t end, int64_t size, const AddRow& add_row) {
  std::vector<double> sums(size, 0.0);
  std::vector<float> part(size);
  for (int64_t start = begin; start < end; start += kRows) {
    std::fill(part.begin(), part.end(), 0.0f);
    for (int64_t row = start; row < std::min(end, start + kRows); row++) add_row(row, part.data());
    for (int64_t index = 0; index < size; index++) sums[index] += part[index];
  }
  return sums;
}

// The same over all rows, in as many threads as PyTorch has.
template <typename AddRow>
std::vector<double> sum_all_rows(int64_t rows, int64_t size, const AddRow& add_row) {
  std::vector<double> sums(size, 0.0);
  std::mutex adding;
  at::parallel_for(0, rows, kRows, [&](int64_t begin, int64_t end) {
    const std::vector<double> some = sum_rows(begin, end, size, add_row);
    const std::lock_guard<std::mutex> lock(adding);
    for (int64_t index = 0; index < size; index++) sums[index] += some[index];
  });
  return sums;
}
