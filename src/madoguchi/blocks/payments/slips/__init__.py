"""What is printed on a payment slip for machines: the store barcode and the eL-QR.

Free of Django: digits in, digits out.
"""
