// Mean over the cells of each channel, and the gradients of a squeeze and excitation, for channels-last tensors, float32 or
// bfloat16, summed in float32.

#include <torch/extension.h>

#include "rows.h"

namespace {

struct Shape {
  int64_t images, cells, channels;

  explicit Shape(const torch::Tensor& x) : images(x.size(0)), cells(x.size(2) * x.size(3)), channels(x.size(1)) {}
};

// result (N, C) = factor * sum over the cells of x, or of x * other.
template <typename T>
void run_sums(const T* x, const T* other, T* result, const Shape& shape, double factor) {
  at::parallel_for(0, shape.images, 1, [&](int64_t begin, int64_t end) {
    for (int64_t image = begin; image < end; image++) {
      const auto add_row = [&](int64_t row, float* __restrict part) {
        const T* __restrict values = x + row * shape.channels;
        if (other == nullptr) {
          for (int64_t channel = 0; channel < shape.channels; channel++) part[channel] += number(values[channel]);
          return;
        }
        const T* __restrict factors = other + row * shape.channels;
        for (int64_t channel = 0; channel < shape.channels; channel++)
          part[channel] += number(values[channel]) * number(factors[channel]);
      };
      const std::vector<double> sums = sum_rows(image * shape.cells, (image + 1) * shape.cells, shape.channels, add_row);
      for (int64_t channel = 0; channel < shape.channels; channel++)
        store(result[image * shape.channels + channel], static_cast<float>(factor * sums[channel]));
    }
  });
}

// gradient (N, C, H, W) = error * gate + mean_error / cells.
template <typename T>
void run_gradient(const T* error, const T* gate, const T* mean_error, T* gradient, const Shape& shape) {
  at::parallel_for(0, shape.images, 1, [&](int64_t begin, int64_t end) {
    std::vector<float> scales(shape.channels), offsets(shape.channels);
    for (int64_t image = begin; image < end; image++) {
      for (int64_t channel = 0; channel < shape.channels; channel++) {
        scales[channel] = number(gate[image * shape.channels + channel]);
        offsets[channel] = number(mean_error[image * shape.channels + channel]) / shape.cells;
      }
      const float* __restrict scale = scales.data();
      const float* __restrict offset = offsets.data();
      for (int64_t row = image * shape.cells; row < (image + 1) * shape.cells; row++) {
        const T* __restrict from = error + row * shape.channels;
        T* __restrict to = gradient + row * shape.channels;
        for (int64_t channel = 0; channel < shape.channels; channel++)
          store(to[channel], number(from[channel]) * scale[channel] + offset[channel]);
      }
    }
  });
}

torch::Tensor channels_last(const torch::Tensor& x) { return x.contiguous(at::MemoryFormat::ChannelsLast); }

torch::Tensor sums(const torch::Tensor& x, const torch::Tensor* other, double factor) {
  auto result = torch::empty({x.size(0), x.size(1), 1, 1}, x.options());
  if (x.scalar_type() == torch::kBFloat16)
    run_sums(static_cast<const uint16_t*>(x.const_data_ptr()),
             static_cast<const uint16_t*>(other == nullptr ? nullptr : other->const_data_ptr()),
             static_cast<uint16_t*>(result.data_ptr()), Shape(x), factor);
  else
    run_sums(x.data_ptr<float>(), other == nullptr ? nullptr : other->data_ptr<float>(), result.data_ptr<float>(), Shape(x), factor);
  return result;
}

// x (N, C, H, W) -> mean over the cells (N, C, 1, 1).
torch::Tensor squeeze(const torch::Tensor& input) {
  const auto x = channels_last(input);
  return sums(x, nullptr, 1.0 / Shape(x).cells);
}

// error of x * gate, x (N, C, H, W) -> gradient of the gate (N, C, 1, 1).
torch::Tensor gate_gradient(const torch::Tensor& error, const torch::Tensor& input) {
  const auto x = channels_last(input), e = channels_last(error);
  TORCH_CHECK(x.scalar_type() == e.scalar_type() && x.sizes() == e.sizes(), "input and error must be of one type and shape");
  return sums(e, &x, 1.0);
}

// error of x * gate (N, C, H, W), gate and error of the mean (N, C, 1, 1) -> gradient of x (N, C, H, W).
torch::Tensor input_gradient(const torch::Tensor& error, const torch::Tensor& gate, const torch::Tensor& mean_error) {
  const auto e = channels_last(error), g = gate.contiguous(), m = mean_error.contiguous();
  TORCH_CHECK(g.scalar_type() == e.scalar_type() && m.scalar_type() == e.scalar_type(), "all must be of one type");
  TORCH_CHECK(g.numel() == e.size(0) * e.size(1) && m.numel() == g.numel(), "expected a number a channel of each photo");
  auto gradient = torch::empty_like(e);
  if (e.scalar_type() == torch::kBFloat16)
    run_gradient(static_cast<const uint16_t*>(e.const_data_ptr()), static_cast<const uint16_t*>(g.const_data_ptr()),
                 static_cast<const uint16_t*>(m.const_data_ptr()), static_cast<uint16_t*>(gradient.data_ptr()), Shape(e));
  else
    run_gradient(e.data_ptr<float>(), g.data_ptr<float>(), m.data_ptr<float>(), gradient.data_ptr<float>(), Shape(e));
  return gradient;
}

}  // namespace

PYBIND11_MODULE(TORCH_EXTENSION_NAME, module) {
  module.def("squeeze", &squeeze);
  module.def("gate_gradient", &gate_gradient);
  module.def("input_gradient", &input_gradient);
}
