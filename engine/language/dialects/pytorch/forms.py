"""Forms: what signatures of several functions have in common, as signatures of their own (see signatures.py).

Their parameters go by the names of the function's own, so that an error names what the reader wrote.
"""

from gradlens.engine.language.dialects.signatures import table

FORMS = table("""
def reduced_by(x, reduction: 'mean'): mean(x)
def reduced_by(x, reduction: 'sum'): sum(x)
def reduced_by(x, reduction: 'none'): x
def times(x, weight: None): x
def times(x, weight): x * weight
def plus(x, bias: None): x
def plus(x, bias): x + bias
def scaled(x, weight: None, bias: None): x
def scaled(x, weight: array, bias: None): x * weight
def scaled(x, weight: None, bias: array): x + bias
def scaled(x, weight: array, bias: array): x * weight + bias
def a_channel(x: array, weight: None, bias: None): x
def a_channel(x: array, weight: vector, bias: None): x * reshape(weight, channel_shape(x))
def a_channel(x: array, weight: None, bias: vector): x + reshape(bias, channel_shape(x))
def a_channel(x: array, weight: vector, bias: vector):
    x * reshape(weight, channel_shape(x)) + reshape(bias, channel_shape(x))
def normal(x, axes, eps): (x - mean(x, axes, True)) / sqrt(var(x, axes, True) + eps)
def normal_by(x: array, mean: vector, var: vector, eps):
    (x - reshape(mean, channel_shape(x))) / sqrt(reshape(var, channel_shape(x)) + eps)
def not_less(x, bound): x + stop_gradient(maximum(x, bound) - x)

def picked(input: number, places, dim, keepdim): identity(input)
def picked(input, places, dim, keepdim: True): take_along_axis(input, places, dim)
def picked(input, places, dim, keepdim: False): squeeze(take_along_axis(input, places, dim), dim)
def of_before(input: array, dim, none):
    where(past(input, dim), expand_dims(moveaxis(input, dim, -1), -2), none)
def latest(x: array): last_place(x, -1) - argmax(flip(x, -1), -1)
def running(input: array, dim, places: array):
    moveaxis(take_along_axis(moveaxis(input, dim, -1), places, -1), -1, dim)
def cut_as(src: array, index: array): src[size_as(src, index)]
def between_ends(y: array, dx, dim): dx * (y[tail(y, dim)] + y[head(y, dim)]) / 2
def trapezoids(y: array, dx, dim): sum(between_ends(y, dx, dim), dim)

def distance(x, p, keepdim=False): norm(x, p, -1, keepdim)

def smooth(d, beta): where(lt(abs(d), beta), d ** 2 / (2 * beta), abs(d) - beta / 2)
def of_factorial(x):
    many = where(gt(x, 1), x, 2.0)
    where(gt(x, 1), many * log(many) - many + log(6.283185307179586 * many) / 2, 0.0)
def quadratic(d, delta): where(lt(abs(d), delta), d ** 2 / 2, delta * (abs(d) - delta / 2))
def likely(input, target): -(xlogy(target, input) + xlogy(1 - target, 1 - input))
def likely_logits(input, target, pos_weight: None): softplus(input) - target * input
def likely_logits(input, target, pos_weight):
    (1 - target) * input + (1 + (pos_weight - 1) * target) * softplus(-input)
def by_sign(x, target, margin): where(eq(target, 1), 1 - x, relu(x - margin))
def margins(input, hot, p, margin):
    mean(where(hot, 0.0, relu(margin - sum(where(hot, input, 0.0), -1, True) + input) ** p), -1)
def divergence(input, target, log_target: False): xlogy(target, target) - target * input
def divergence(input, target, log_target: True): exp(target) * (target - input)

def labelled(input: array, target, ignore_index: -100):
    moveaxis(one_hot(target, count(input, class_axis(input))), -1, class_axis(input))
def labelled(input: array, target, ignore_index: int): kept(input, target, ne(target, ignore_index))
def kept(input: array, target, known):
    moveaxis(one_hot(where(known, target, 0.0), count(input, class_axis(input))) * expand_dims(known, -1), -1,
        class_axis(input))
def of_class(x, weight: None): x
def of_class(x: vector, weight: vector): x * weight
def of_class(x: array, weight: vector): x * reshape(weight, channel_shape(x))
def chosen(logp: array, hot, weight, reduction: 'none'):
    -sum(of_class(where(hot, logp, 0.0), weight), class_axis(logp))
def chosen(logp: array, hot, weight, reduction: 'sum'): -sum(of_class(where(hot, logp, 0.0), weight))
def chosen(logp: array, hot, weight, reduction: 'mean'):
    -sum(of_class(where(hot, logp, 0.0), weight)) / sum(of_class(hot, weight))
def smoothed(logp: array, hot, weight, reduction, label_smoothing: 0): chosen(logp, hot, weight, reduction)
def smoothed(logp: array, hot, weight, reduction, label_smoothing):
    ((1 - label_smoothing) * chosen(logp, hot, weight, reduction)
        + label_smoothing / count(logp, class_axis(logp)) * evenly(logp, hot, weight, reduction))
def evenly(logp: array, hot, weight, reduction: 'none'):
    -sum(of_class(logp * sum(hot, class_axis(logp), True), weight), class_axis(logp))
def evenly(logp: array, hot, weight, reduction: 'sum'):
    -sum(of_class(logp * sum(hot, class_axis(logp), True), weight))
def evenly(logp: array, hot, weight, reduction: 'mean'):
    -sum(of_class(logp * sum(hot, class_axis(logp), True), weight)) / sum(of_class(hot, weight))
def against(logp: array, target, weight, reduction: 'none'): -sum(of_class(target * logp, weight), class_axis(logp))
def against(logp: array, target, weight, reduction: 'sum'): -sum(of_class(target * logp, weight))
def against(logp: array, target, weight, reduction: 'mean'):
    mean(-sum(of_class(target * logp, weight), class_axis(logp)))
def soft(input: array, target, label_smoothing: 0): target
def soft(input: array, target, label_smoothing):
    target * (1 - label_smoothing) + label_smoothing / count(input, class_axis(input))

def scores(query: array, key: at_least_2, scale: None): matmul(query, swapaxes(key, -1, -2)) / root(query)
def scores(query: array, key: at_least_2, scale): matmul(query, swapaxes(key, -1, -2)) * scale
def seen(value, scores, mask): matmul(softmax(where(mask, scores, -1e999)), value)

def dilated(weight, dilation: 1): weight
def dilated(weight: array, dilation): scatter(weight, apart(weight, dilation), spread_shape(weight, dilation))
def convolved(input: cube, weight, stride, padding): conv1d(input, weight, stride, padding)
def convolved(input: image, weight, stride, padding): conv2d(input, weight, stride, padding)
def convolution(input, weight, stride, padding: 'valid', dilation, groups):
    convolution(input, weight, stride, 0, dilation, groups)
def convolution(input, weight: array, stride, padding: 'same', dilation, groups):
    convolution(pad(input, same_widths(weight, dilation)), weight, stride, 0, dilation, groups)
def convolution(input, weight, stride, padding, dilation, groups: 1):
    convolved(input, dilated(weight, dilation), stride, padding)
def convolution(input: array, weight: array, stride, padding, dilation, groups: int):
    in_groups(input, dilated(weight, dilation), stride, padding, groups)
def in_groups(input: cube, weight, stride, padding, groups):
    squeeze(in_groups(expand_dims(input, 2), expand_dims(weight, 2), flat(stride), flat_0(padding), groups), 2)
def in_groups(input: image, weight, stride, padding, groups):
    reshape(matmul(reshape(weight, kernel_rows(input, weight, groups)),
        reshape(unfold(input, kernel_size(weight), stride, padding),
            window_columns(input, weight, stride, padding, groups))), window_places(input, weight, stride, padding))
def turned(weight: array): swapaxes(flip(weight, kernel_axes(weight)), 0, 1)
def stretched(input, stride: 1): input
def stretched(input: array, stride): scatter(input, apart(input, stride), spread_shape(input, stride))
def transposed(input, weight, stride, padding, output_padding, groups: 1, dilation):
    transposed_alone(input, dilated(weight, dilation), stride, padding, output_padding)
def transposed(input: array, weight: array, stride, padding, output_padding, groups: int, dilation):
    concat([transposed_alone(input[part[0]], dilated(weight[part[1]], dilation), stride, padding, output_padding)
        for part in groups_of(input, weight, groups)], 1)
def transposed_alone(input: array, weight: array, stride, padding, output_padding):
    convolved(pad(stretched(input, stride), transposed_widths(weight, stride, padding, output_padding)),
        turned(weight), 1, 0)

def pooled(input: array, kernel_size, stride, padding: 0, ceil_mode: False): max_pool2d(input, kernel_size, stride)
def pooled(input: array, kernel_size, stride, padding, ceil_mode):
    max_pool2d(pad(input, pool_widths(input, kernel_size, stride, padding, ceil_mode), 'constant', -1e999),
        kernel_size, stride)
def averaged(input, kernel_size, stride, padding, ceil_mode: False, count_include_pad: True, divisor_override: None):
    avg_pool2d(input, kernel_size, stride, padding)
def averaged(input: array, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override: None):
    (window_sums(input, kernel_size, stride, padding, ceil_mode)
        / window_counts(input, kernel_size, stride, padding, ceil_mode, count_include_pad))
def averaged(input: array, kernel_size, stride, padding, ceil_mode, count_include_pad: anything,
        divisor_override: int):
    window_sums(input, kernel_size, stride, padding, ceil_mode) / divisor_override
def window_sums(input: array, kernel_size, stride, padding, ceil_mode):
    avg_pool2d(pad(input, pool_widths(input, kernel_size, stride, padding, ceil_mode)), kernel_size,
        stride) * area(kernel_size)
def over_channels(x: array, size): mean(stack([x[part] for part in near_channels(x, size)]), 0)
def resized(input: cube, size, scale_factor, mode, align_corners):
    resized_along(input, -1, size, scale_factor, mode, align_corners)
def resized(input: image, size, scale_factor, mode, align_corners):
    resized_along(resized_along(input, -2, size, scale_factor, mode, align_corners), -1, size, scale_factor, mode,
        align_corners)
def resized_along(input: array, dim, size, scale_factor, mode: 'nearest', align_corners: None):
    take(input, nearest(input, dim, size, scale_factor), dim)
def resized_along(input: array, dim, size, scale_factor, mode: 'nearest-exact', align_corners: None):
    take(input, nearest(input, dim, size, scale_factor, 0.5), dim)
def resized_along(input: array, dim, size, scale_factor, mode: 'area', align_corners: None):
    adapted(input, new_size(input, dim, size, scale_factor), dim)
def resized_along(input: array, dim, size, scale_factor, mode, align_corners):
    part = share_between(input, mode, dim, size, scale_factor, align_corners)
    lerp(take(input, place_before(input, dim, size, scale_factor, align_corners), dim),
        take(input, place_after(input, dim, size, scale_factor, align_corners), dim), part)
def adapted(input: array, sizes, dim: -1): stack([mean(input[part], -1) for part in adaptive(input, sizes, -1)], -1)
def adapted(input: array, sizes, dim: -2):
    stack([mean(input[part], -2) for part in adaptive(input, sizes, -2)], -2)
def most_of(input: array, sizes, dim: -1): stack([max(input[part], -1) for part in adaptive(input, sizes, -1)], -1)
def most_of(input: array, sizes, dim: -2): stack([max(input[part], -2) for part in adaptive(input, sizes, -2)], -2)
def mirrored_by(input: array, pad, mode, number: 1): take(input, mirrored(input, pad, mode, -1), -1)
def mirrored_by(input: array, pad, mode, number: 2):
    take(take(input, mirrored(input, pad, mode, -2), -2), mirrored(input, pad, mode, -1), -1)
def gamma_sign(x: array): where(x > 0, 1.0, 1.0 - 2.0 * mod(floor(where(x > 0, 0.5, x)), 2.0))
""")
