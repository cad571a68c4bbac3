// Batch norm by the batch's own statistics, and a clamp (ReLU, ReLU6 or none), in one: for channels-last tensors, float32 or
// bfloat16.
//
// The time goes to memory: forward an activation is read twice and written once, backward two are read twice and one is written.

#include <torch/extension.h>

#include <cmath>
#include <tuple>

#include "rows.h"

namespace {

// A row of fewer values is worked on together with its neighbours: short loops are slow.
constexpr int64_t kWide = 256;

// The activations as a table of `rows`, each of which holds every channel `fold` times.
struct Table {
  int64_t rows, channels, fold;

  explicit Table(const torch::Tensor& x) : rows(x.numel() / x.size(1)), channels(x.size(1)), fold(1) {
    for (; channels * fold < kWide && rows % 2 == 0; fold *= 2) rows /= 2;
  }

  int64_t width() const { return channels * fold; }
  int64_t count() const { return rows * fold; }

  template <typename Of>
  std::vector<float> each(const Of& of_channel) const {
    std::vector<float> values(width());
    for (int64_t index = 0; index < width(); index++) values[index] = static_cast<float>(of_channel(index % channels));
    return values;
  }

  // Two sums a channel, the second behind the first.
  template <typename AddRow>
  std::vector<double> sums(const AddRow& add_row) const {
    const std::vector<double> wide = sum_all_rows(rows, 2 * width(), add_row);
    std::vector<double> values(2 * channels, 0.0);
    for (int64_t index = 0; index < 2 * width(); index++) values[index / width() * channels + index % channels] += wide[index];
    return values;
  }
};

// Activation = clamp(x * scale + offset).
struct Affine {
  std::vector<float> scale, offset;

  Affine(const Table& table, const float* weight, const float* bias, const float* mean, const float* inverse)
      : scale(table.each([=](int64_t channel) { return weight[channel] * inverse[channel]; })),
        offset(table.each([=](int64_t channel) { return bias[channel] - mean[channel] * weight[channel] * inverse[channel]; })) {}
};

template <typename T>
void run_forward(const T* x, T* y, const Table& table, const float* weight, const float* bias, const float* running_mean, double eps,
                 float low, float high, float* mean, float* variance, float* inverse) {
  const int64_t width = table.width(), channels = table.channels;
  // Summed about the running mean: the square of a large mean would swallow a small variance.
  const std::vector<float> about = table.each([=](int64_t channel) { return running_mean[channel]; });
  const std::vector<double> sums = table.sums([&](int64_t row, float* __restrict part) {
    const T* __restrict from = x + row * width;
    const float* __restrict center = about.data();
    for (int64_t index = 0; index < width; index++) {
      const float value = number(from[index]) - center[index];
      part[index] += value;
      part[width + index] += value * value;
    }
  });
  for (int64_t channel = 0; channel < channels; channel++) {
    const double shift = sums[channel] / table.count();
    const double spread = std::max(sums[channels + channel] / table.count() - shift * shift, 0.0);
    mean[channel] = static_cast<float>(running_mean[channel] + shift);
    variance[channel] = static_cast<float>(spread);
    inverse[channel] = static_cast<float>(1 / std::sqrt(spread + eps));
  }
  const Affine affine(table, weight, bias, mean, inverse);
  at::parallel_for(0, table.rows, kRows, [&](int64_t begin, int64_t end) {
    const float* __restrict scale = affine.scale.data();
    const float* __restrict offset = affine.offset.data();
    for (int64_t row = begin; row < end; row++) {
      const T* __restrict from = x + row * width;
      T* __restrict to = y + row * width;
      for (int64_t index = 0; index < width; index++)
        store(to[index], std::min(std::max(number(from[index]) * scale[index] + offset[index], low), high));
    }
  });
}

template <typename T>
void run_backward(const T* error, const T* x, T* gradient, const Table& table, const float* weight, const float* bias, const float* mean,
                  const float* inverse, float low, float high, float* weight_gradient, float* bias_gradient) {
  const int64_t width = table.width(), channels = table.channels;
  const Affine affine(table, weight, bias, mean, inverse);
  const std::vector<float> center = table.each([=](int64_t channel) { return mean[channel]; });
  const std::vector<double> sums = table.sums([&](int64_t row, float* __restrict part) {
    const T* __restrict from = x + row * width;
    const T* __restrict behind = error + row * width;
    const float* __restrict scale = affine.scale.data();
    const float* __restrict offset = affine.offset.data();
    const float* __restrict middle = center.data();
    for (int64_t index = 0; index < width; index++) {
      const float value = number(from[index]), before = value * scale[index] + offset[index];
      const float passed = before > low && before < high ? number(behind[index]) : 0.0f;
      part[index] += passed;
      part[width + index] += passed * (value - middle[index]);
    }
  });
  for (int64_t channel = 0; channel < channels; channel++) {
    bias_gradient[channel] = static_cast<float>(sums[channel]);
    weight_gradient[channel] = static_cast<float>(sums[channels + channel] * inverse[channel]);
  }
  // scale (e - mean(e) - (x - m) / s^2 mean(e (x - m))) = scale e + slope x + constant, of what is passed of the error e.
  const auto pull = [&](int64_t channel) { return inverse[channel] * sums[channels + channel] * inverse[channel] / table.count(); };
  const std::vector<float> slope = table.each([&](int64_t channel) { return -weight[channel] * inverse[channel] * pull(channel); });
  const std::vector<float> constant = table.each([&](int64_t channel) {
    return weight[channel] * inverse[channel] * (pull(channel) * mean[channel] - sums[channel] / table.count());
  });
  at::parallel_for(0, table.rows, kRows, [&](int64_t begin, int64_t end) {
    const float* __restrict scale = affine.scale.data();
    const float* __restrict offset = affine.offset.data();
    const float* __restrict times = slope.data();
    const float* __restrict plus = constant.data();
    for (int64_t row = begin; row < end; row++) {
      const T* __restrict from = x + row * width;
      const T* __restrict behind = error + row * width;
      T* __restrict to = gradient + row * width;
      for (int64_t index = 0; index < width; index++) {
        const float value = number(from[index]), before = value * scale[index] + offset[index];
        const float passed = before > low && before < high ? number(behind[index]) : 0.0f;
        store(to[index], passed * scale[index] + value * times[index] + plus[index]);
      }
    }
  });
}

void check(const torch::Tensor& x, std::initializer_list<torch::Tensor> of_channels) {
  TORCH_CHECK(x.dim() == 4, "expected (N, C, H, W)");
  for (const torch::Tensor& numbers : of_channels)
    TORCH_CHECK(numbers.numel() == x.size(1) && numbers.scalar_type() == torch::kFloat && numbers.is_contiguous(),
                "expected a float32 number a channel");
}

// x (N, C, H, W), weight, bias and running mean (C,), limits of the clamp
// -> y as x; mean, biased variance and 1 / sqrt(variance + eps) of the batch, (C,).
std::tuple<torch::Tensor, torch::Tensor, torch::Tensor, torch::Tensor> batch_norm_forward(
    const torch::Tensor& input, const torch::Tensor& weight, const torch::Tensor& bias, const torch::Tensor& running_mean, double eps,
    double low, double high) {
  const auto x = input.contiguous(at::MemoryFormat::ChannelsLast);
  check(x, {weight, bias, running_mean});
  auto y = torch::empty_like(x);
  auto mean = torch::empty_like(weight), variance = torch::empty_like(weight), inverse = torch::empty_like(weight);
  const auto run = [&](const auto* from, auto* to) {
    run_forward(from, to, Table(x), weight.data_ptr<float>(), bias.data_ptr<float>(), running_mean.data_ptr<float>(), eps,
                static_cast<float>(low), static_cast<float>(high), mean.data_ptr<float>(), variance.data_ptr<float>(),
                inverse.data_ptr<float>());
  };
  if (x.scalar_type() == torch::kBFloat16)
    run(static_cast<const uint16_t*>(x.const_data_ptr()), static_cast<uint16_t*>(y.data_ptr()));
  else
    run(x.data_ptr<float>(), y.data_ptr<float>());
  return {y, mean, variance, inverse};
}

// The error of y, and what `batch_norm_forward` was given and gave -> gradients of x, weight and bias.
std::tuple<torch::Tensor, torch::Tensor, torch::Tensor> batch_norm_backward(const torch::Tensor& error, const torch::Tensor& input,
                                                                            const torch::Tensor& weight, const torch::Tensor& bias,
                                                                            const torch::Tensor& mean, const torch::Tensor& inverse,
                                                                            double low, double high) {
  const auto x = input.contiguous(at::MemoryFormat::ChannelsLast);
  const auto e = error.contiguous(at::MemoryFormat::ChannelsLast);
  check(x, {weight, bias, mean, inverse});
  TORCH_CHECK(x.scalar_type() == e.scalar_type() && x.sizes() == e.sizes(), "input and error must be of one type and shape");
  auto gradient = torch::empty_like(x);
  auto weight_gradient = torch::empty_like(weight), bias_gradient = torch::empty_like(weight);
  const auto run = [&](const auto* behind, const auto* from, auto* to) {
    run_backward(behind, from, to, Table(x), weight.data_ptr<float>(), bias.data_ptr<float>(), mean.data_ptr<float>(),
                 inverse.data_ptr<float>(), static_cast<float>(low), static_cast<float>(high), weight_gradient.data_ptr<float>(),
                 bias_gradient.data_ptr<float>());
  };
  if (x.scalar_type() == torch::kBFloat16)
    run(static_cast<const uint16_t*>(e.const_data_ptr()), static_cast<const uint16_t*>(x.const_data_ptr()),
        static_cast<uint16_t*>(gradient.data_ptr()));
  else
    run(e.data_ptr<float>(), x.data_ptr<float>(), gradient.data_ptr<float>());
  return {gradient, weight_gradient, bias_gradient};
}

}  // namespace

PYBIND11_MODULE(TORCH_EXTENSION_NAME, module) {
  module.def("forward", &batch_norm_forward);
  module.def("backward", &batch_norm_backward);
}
